import { randomBytes, sign, verify } from 'node:crypto'
import { formatKeyPair, type KeyPair, keySize, keyTypes, parseSignerKey, parseVerifierKey } from './key-text.ts'
import type { Signer, Verifier } from './key.ts'

/** Eight bytes of time, then the Ed25519 signature. */
const timeSize = 8
const latestTime = 2n ** 63n - 1n

/**
 * Reads the verifier key of a witness, `name+hash+base64` with the type 0x04 (C2SP tlog-cosignature). What it verifies are
 * cosignatures of checkpoints, which hold the time of their making; whether a time is plausible is not judged. Throws a
 * `NoteError` for anything else, `unknown-algorithm` for a key of another type.
 */
export function newCosignatureVerifier(verifierKey: string): Verifier {
  const { name, keyHash, key } = parseVerifierKey(verifierKey, keyTypes.cosignature)
  return {
    name,
    keyHash,
    verify(message, signature) {
      if (signature.length <= timeSize) return false
      const time = timeOf(signature)
      return time <= latestTime && verify(null, cosigned(message, time), key, signature.subarray(timeSize))
    },
  }
}

/** Reads the signer key of a witness. `now` answers seconds since 1970. Throws a `NoteError` that never repeats the key. */
export function newCosigner(signerKey: string, now: () => number): Signer {
  const { name, keyHash, key } = parseSignerKey(signerKey, keyTypes.cosignature)
  return {
    name,
    keyHash,
    sign(message) {
      const time = Buffer.alloc(timeSize)
      time.writeBigUInt64BE(BigInt(now()))
      return Buffer.concat([time, sign(null, cosigned(message, timeOf(time)), key)])
    },
  }
}

/** Makes a new key for a witness, as `generateKey` does for a log: the name is not signed, so no two may share a key. */
export function generateCosignatureKey(name: string, seed: Uint8Array = randomBytes(keySize)): KeyPair {
  return formatKeyPair(name, seed, keyTypes.cosignature)
}

function timeOf(signature: Uint8Array): bigint {
  return new DataView(signature.buffer, signature.byteOffset, timeSize).getBigUint64(0)
}

/** The lines in front keep a cosignature from being taken for a signature of the log, and the other way round. */
function cosigned(message: Uint8Array, time: bigint): Uint8Array {
  return Buffer.concat([Buffer.from(`cosignature/v1\ntime ${time}\n`), message])
}
