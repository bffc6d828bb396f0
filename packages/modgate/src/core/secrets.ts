/** Nothing secret leaves by the output of a command: this is the one place where it is taken out. */

/** What stands where a secret stood. */
export const hidden = 'xxxxx'

/**
 * The text without what looks like a secret (user information in URLs, values of authorization headers, secret query parameters,
 * tokens by their shape, private keys) and without any of the `known` values. Linear in the text.
 */
export function hideSecrets(text: string, known: readonly string[] = []): string {
  const plain = known.reduce((shown, secret) => shown.replaceAll(secret, hidden), text)
  return plain.replace(/:\/\/[^/@\s,|'"]*@/g, `://${hidden}@`)
}

/** Values of an environment that are secret by the name of their variable (`…TOKEN`, `…PASSWORD`), long enough to be told apart. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const name = /TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|PRIVATE_?KEY/i
  return Object.entries(environment).flatMap(([key, value = '']) =>
    name.test(key) && value.length >= 6 ? [value] : [],
  )
}
