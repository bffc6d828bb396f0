/**
 * A peer that trusts whom the machine trusts. Node knows the authorities that came with it, and the go command those of the machine, where
 * companies put their own. To read them takes time, which is spent when somebody meets one of them.
 */

import { Failure } from '../core/failure.ts'
import type { Peer } from './peer.ts'

/** What OpenSSL says of a certificate whose authority is not known. */
const unknownAuthority: readonly string[] = [
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]

export interface TrustingOptions {
  /** Makes a peer, which trusts these authorities as well. */
  readonly make: (authorities?: readonly string[]) => Peer
  /** Those of the machine, as PEM. Asked for once. */
  readonly authorities: () => Promise<readonly string[]>
}

export function trustingPeer({ make, authorities }: TrustingOptions): Peer {
  const first = make()
  let second: Promise<Peer> | undefined
  return {
    async get(url, signal, headers) {
      if (second) return (await second).get(url, signal, headers)
      try {
        return await first.get(url, signal, headers)
      } catch (error) {
        if (!isOfUnknown(error)) throw error
        second ??= authorities().then(make)
        return (await second).get(url, signal, headers)
      }
    },
    async close() {
      await Promise.all([first.close(), second?.then((each) => each.close())])
    },
  }
}

function isOfUnknown(error: unknown): boolean {
  if (!(error instanceof Failure) || error.code !== 'upstream-unreachable') return false
  const { code = '' } = (error.cause ?? {}) as NodeJS.ErrnoException
  return unknownAuthority.includes(code)
}
