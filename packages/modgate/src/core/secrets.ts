/**
 * Nothing secret leaves by the output of a command: this is the one place where it is taken out. What is known to be secret goes by
 * its value, in every form in which it may come back; the rest goes by its place and its shape (secret-shapes.ts). Rather one value too
 * many is hidden than one too few, but never what people search for: module paths, versions, hashes, keys of databases, `git@host:`.
 */

import { isSecretName, secretShapes, withoutPrivateKeys } from './secret-shapes.ts'

/** What stands where a secret stood. */
export const hidden = 'xxxxx'

/** Shorter values are words: to hide them would be to tear texts apart. */
const minLength = 6

/**
 * The text without what looks like a secret (user information in URLs, values of authorization headers, secret query parameters and
 * assignments, netrc, tokens by their shape, private keys) and without any of the `known` values, as they are, percent-encoded, quoted
 * and in base64. JSON stays JSON. Linear in the text.
 */
export function hideSecrets(text: string, known: readonly string[] = [], mark = hidden): string {
  const plain = withoutKnown(text, known, mark)
  return secretShapes.reduce(
    (shown, { pattern, show }) =>
      shown.replace(pattern, (all: string, ...rest: unknown[]) => {
        // The groups, then the offset and the whole text.
        const offset = rest.at(-2) as number
        const before = shown.slice(Math.max(0, offset - 8), offset)
        return show({ all, before, groups: rest.slice(0, -2) as string[] }, mark)
      }),
    withoutPrivateKeys(plain, mark),
  )
}

function withoutKnown(text: string, known: readonly string[], mark: string): string {
  const longestFirst = [...new Set(known.filter((value) => value.length >= minLength))].sort(
    (a, b) => b.length - a.length,
  )
  return longestFirst.flatMap(formsOf).reduce((shown, form) => shown.replaceAll(form, () => mark), text)
}

/** A value as it comes back from servers, logs and dumps. */
function formsOf(value: string): readonly string[] {
  const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())]
  return [...new Set([...forms, ...base64Forms(value)])]
}

/**
 * What base64 of any text that holds the value holds in turn: there are three ways to stand in groups of three bytes, and the characters
 * at both ends depend on the neighbours.
 */
function base64Forms(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const inner = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const spoiled = (shift + bytes.length) % 3 === 0 ? 0 : 1
    return encoded.slice(Math.ceil((shift * 4) / 3), encoded.length - spoiled)
  })
  const long = inner.filter((form) => form.length >= minLength + 2)
  return long.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}

/** A copy of plain data without secrets in its strings, by their shape and by the names of their keys; keys stay. */
export function hideSecretsIn<T>(data: T, known: readonly string[] = []): T {
  return hiddenIn(data, known) as T
}

function hiddenIn(data: unknown, known: readonly string[]): unknown {
  if (typeof data === 'string') return hideSecrets(data, known)
  if (Array.isArray(data)) return data.map((item) => hiddenIn(item, known))
  if (typeof data !== 'object' || data === null) return data
  const isNamed = (key: string, value: unknown) => typeof value === 'string' && value !== '' && isSecretName(key)
  const entries = Object.entries(data)
  return Object.fromEntries(entries.map(([key, value]) => [key, isNamed(key, value) ? hidden : hiddenIn(value, known)]))
}

/**
 * Values of an environment that are secret: by the name of their variable (`…TOKEN`, `…PASSWORD`), and the user information of any URL
 * (GOPROXY, HTTPS_PROXY). Only those long enough to be told apart from words.
 */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const values = Object.entries(environment).flatMap(([name, value = '']) =>
    isSecretName(name) ? [value, ...userSecrets(value)] : userSecrets(value),
  )
  return values.filter((value) => value.length >= minLength)
}

/** The passwords of a netrc file, and the names that are tokens. */
export function secretsOfNetrc(text: string): readonly string[] {
  return [...text.matchAll(/\bpassword\s+(\S+)/g)]
    .map(([, value = '']) => value)
    .filter((value) => value.length >= minLength)
}

/** The passwords of the URLs in a text; where a URL has a user alone, that is a token. As written, and decoded. */
export function userSecrets(text: string): readonly string[] {
  return [...text.matchAll(/(?<!ssh):\/\/([^/\s'"?#]*)@/g)].flatMap(([, user = '']) => {
    const secret = user.slice(user.indexOf(':') + 1)
    return [secret, decoded(secret)]
  })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
