/** Sizes: `64MB` is 64 million bytes, `64MiB` is 64 · 2^20. */

import { z } from 'zod'
import { parsedBy } from './written.ts'

const powers = ['', 'k', 'm', 'g', 't']
const form = /^([0-9]+(?:\.[0-9]+)?) ?(?:([kmgt]?)(i?)b)?$/i

/** Bytes of `64MB`, `1.5GiB`, `4096`. Throws where it is no size. */
export function parseSize(text: string): number {
  const match = form.exec(text)
  if (!match) throw new Error('is not a size')
  const [, number, prefix = '', binary = ''] = match
  if (binary !== '' && prefix === '') throw new Error('is not a size')
  const bytes = Math.round(Number(number) * (binary === '' ? 1000 : 1024) ** powers.indexOf(prefix.toLowerCase()))
  if (!Number.isSafeInteger(bytes)) throw new Error('is too large')
  return bytes
}

/** A size with its unit; in a file also a number, which is bytes. */
export const size = z
  .union([z.string().max(64), z.int().nonnegative()], { error: 'is not a size' })
  .transform(parsedBy((written) => (typeof written === 'number' ? written : parseSize(written))))
