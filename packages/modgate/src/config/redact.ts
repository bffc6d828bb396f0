/** Credentials in URLs are for the upstream alone. */

/** The text with every `user:password@` of a URL replaced, so that it may be shown and logged. */
export function redact(text: string): string {
  return text.replace(/:\/\/[^/@\s,|]*@/g, '://xxxxx@')
}
