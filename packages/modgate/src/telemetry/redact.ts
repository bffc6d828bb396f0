/**
 * What no log may hold: credentials in URLs, in headers and in query parameters. Scrubbed wherever they stand, since an error's
 * text quotes what its caller gave it. Long values are cut first.
 */

import { hideSecrets } from '../core/secrets.ts'
import { errorFields } from './error-fields.ts'

export type Fields = Readonly<Record<string, unknown>>

export const redacted = '[redacted]'

const secretName = /authorization|cookie|passw|secret|token|credential|api[-_]?key|signature/i
const maxLength = 4096
const maxDepth = 4
const maxItems = 64

/** A text without credentials, as core/secrets.ts knows them. At most 4096 characters. */
export function scrub(text: string): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return hideSecrets(short, [], redacted)
}

/** Fields as they may be written: strings scrubbed, secret names blanked, errors as fields, everything bounded in depth and size. */
export function redact(fields: Fields): Record<string, unknown> {
  return redactObject(fields, 0)
}

function redactObject(fields: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(fields).slice(0, maxItems)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, secretName.test(name) ? blank(value) : safe(value, depth)]),
  )
}

function blank(value: unknown): unknown {
  return value === undefined ? undefined : redacted
}

function safe(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (depth >= maxDepth) return '[deep]'
  if (value instanceof Error) return redactObject(errorFields(value), depth + 1)
  if (value instanceof URL) return scrub(value.href)
  if (value instanceof Date) return value
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => safe(item, depth + 1))
  return redactObject(value, depth + 1)
}
