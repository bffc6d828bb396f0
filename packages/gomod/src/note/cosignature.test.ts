import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  generateCosignatureKey,
  generateKey,
  newCosignatureVerifier,
  newCosigner,
  newVerifier,
  NoteError,
  open,
  sign,
} from './index.ts'

const name = 'witness.example/w1'
const seed = new Uint8Array(32).fill(7)
const pair = generateCosignatureKey(name, seed)
const text = 'log.example/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'

/** Made from the same seed by filippo.io/torchwood v0.9.0, which knows nothing of this room. */
const foreign = {
  key: 'witness.example/w1+aa4a09d1+BOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs',
  line: 'qkoJ0QAAAABrCs/gy64KGYQoJX+BZTRPRrIe3LIRwFoZjXtoILDYoViHlhQp9CS5smWbq/ZPUatMnEMh+zpDRwyZqIwUwkKmQLvXCw==',
  seconds: 0x6b0acfe0,
}

test('a cosignature of another implementation is verified, and the same key and time make the same bytes', () => {
  assert.equal(pair.verifier, foreign.key)
  const note = `${text}\n— ${name} ${foreign.line}\n`
  assert.deepEqual(
    open(note, [newCosignatureVerifier(foreign.key)]).signatures.map(({ base64 }) => base64),
    [foreign.line],
  )
  assert.equal(
    Buffer.from(
      sign(
        { text },
        newCosigner(pair.signer, () => foreign.seconds),
      ),
    ).toString(),
    note,
  )
})

test('a cosignature holds for its text and its time alone', () => {
  const verifier = newCosignatureVerifier(pair.verifier)
  const message = Buffer.from(text)
  const signature = newCosigner(pair.signer, () => 1_700_000_000).sign(message)
  assert.equal(verifier.verify(message, signature), true)
  fc.assert(
    fc.property(fc.nat(signature.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = Uint8Array.from(signature)
      changed[at]! ^= by
      return !verifier.verify(message, changed) && !verifier.verify(message, signature.subarray(0, at))
    }),
    { numRuns: 100 },
  )
  assert.equal(verifier.verify(Buffer.from(text.replace('63', '64')), signature), false)
})

test('a time that no clock will ever show is refused, although it is signed', () => {
  const late = { now: 2 ** 63 }
  const signature = newCosigner(pair.signer, () => late.now).sign(Buffer.from(text))
  assert.equal(newCosignatureVerifier(pair.verifier).verify(Buffer.from(text), signature), false)
})

test('keys of logs and of witnesses are not taken for each other, nor are their signatures', () => {
  const log = generateKey(name, seed)
  const isOther = (error: unknown) => error instanceof NoteError && error.kind === 'unknown-algorithm'
  assert.throws(() => newVerifier(pair.verifier), isOther)
  assert.throws(() => newCosignatureVerifier(log.verifier), isOther)
  assert.throws(() => newCosigner(log.signer, () => 0), isOther)
  const cosigned = newCosigner(pair.signer, () => 5).sign(Buffer.from(text))
  assert.equal(newVerifier(log.verifier).verify(Buffer.from(text), cosigned.subarray(8)), false)
})
