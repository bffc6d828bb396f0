/** Text of others in a picture. */

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Fit for an element and for an attribute in double quotes. XML takes none of the control characters, however they are written. */
export function escapedXml(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/[&<>"]/g, (character) => entities[character]!)
}
