/** Secrets of the log for what it keeps beside what is signed: who has not the key cannot make them. */

import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** A secret for one purpose, of 32 bytes, derived from `PRIVATE+KEY+…`. */
export function logSecret(signerKey: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', signerKey, '', `modgate log ${purpose}`, 32))
}

export const sealSize = 32

/** What stands for these bytes, made with a secret. */
export function sealOf(secret: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const sealing = createHmac('sha256', secret)
  for (const part of parts) sealing.update(part)
  return sealing.digest()
}

export const isSeal = (given: Uint8Array, made: Uint8Array): boolean =>
  given.length === made.length && timingSafeEqual(given, made)
