import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { generateKey, isValidName, newEd25519VerifierKey, newSigner, newVerifier, NoteError } from './index.ts'

const seed = new Uint8Array(32).fill(7)
const pair = generateKey('log.example', seed)

const throwsKind = (kind: string, run: () => unknown): void => {
  assert.throws(run, (error) => error instanceof NoteError && error.kind === kind)
}

test('the same seed makes the same key, and a verifier accepts what its signer signs', () => {
  assert.deepEqual(generateKey('log.example', seed), pair)
  const message = new TextEncoder().encode('hello\n')
  const verifier = newVerifier(pair.verifier)
  const signature = newSigner(pair.signer).sign(message)
  assert.equal(verifier.name, 'log.example')
  assert.equal(verifier.keyHash, newSigner(pair.signer).keyHash)
  assert.equal(verifier.verify(message, signature), true)
  assert.equal(verifier.verify(message.subarray(1), signature), false)
  assert.equal(verifier.verify(message, signature.subarray(1)), false)
  assert.equal(verifier.verify(message, new Uint8Array()), false)
})

test('keys without a seed differ', () => {
  assert.notDeepEqual(generateKey('log.example'), generateKey('log.example'))
})

test('the published key of sum.golang.org is read', () => {
  const key = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
  assert.equal(newVerifier(key).keyHash, 0x033de0ae)
})

test('a key that is no point of the curve verifies nothing and does not throw', () => {
  const verifier = newVerifier(newEd25519VerifierKey('log.example', new Uint8Array(32).fill(0xff)))
  assert.equal(verifier.verify(seed, new Uint8Array(64)), false)
})

const [, id = '', base64 = ''] = /^[^+]*\+([^+]*)\+(.*)$/.exec(pair.verifier) ?? []
const badVerifiers: readonly [name: string, key: string, kind: string][] = [
  ['nothing', '', 'malformed-key'],
  ['a name alone', 'log.example', 'malformed-key'],
  ['no key', `log.example+${id}+`, 'malformed-key'],
  ['no name', `+${id}+${base64}`, 'malformed-key'],
  ['a space in the name', `log example+${id}+${base64}`, 'malformed-key'],
  ['a short key hash', `log.example+${id.slice(1)}+${base64}`, 'malformed-key'],
  ['a key hash with a prefix', `log.example+0x${id.slice(2)}+${base64}`, 'malformed-key'],
  ['a key without padding', `log.example+${id}+${base64}AA`, 'malformed-key'],
  ['URL base64', `log.example+${id}+${base64.slice(0, -4)}_-_-`, 'malformed-key'],
  ['the key hash of another key', `log.example+00000000+${base64}`, 'key-hash-mismatch'],
  ['the name of another key', `other.example+${id}+${base64}`, 'key-hash-mismatch'],
  ['a signer key', pair.signer, 'malformed-key'],
]
for (const [name, key, kind] of badVerifiers) {
  test(`a verifier key is refused: ${name}`, () => throwsKind(kind, () => newVerifier(key)))
}

const badSigners: readonly [name: string, key: string, kind: string][] = [
  ['a verifier key', pair.verifier, 'malformed-key'],
  ['the key hash of another key', pair.signer.replace(id, '00000000'), 'key-hash-mismatch'],
  ['a lower-case prefix', pair.signer.toLowerCase(), 'malformed-key'],
  [
    'an unknown algorithm',
    `PRIVATE+KEY+log.example+${id}+${Buffer.alloc(33, 9).toString('base64')}`,
    'unknown-algorithm',
  ],
]
for (const [name, key, kind] of badSigners) {
  test(`a signer key is refused, and not repeated: ${name}`, () => {
    throwsKind(kind, () => newSigner(key))
    assert.throws(
      () => newSigner(key),
      (error) => !String(error).includes(key.slice(-20)),
    )
  })
}

test('an unknown algorithm is told apart from a malformed key', () => {
  const name = 'log.example'
  const encoded = Uint8Array.of(6, ...new Uint8Array(32))
  const key = newEd25519VerifierKey(name, new Uint8Array(32))
  throwsKind('key-hash-mismatch', () => newVerifier(`${key.slice(0, -44)}${Buffer.from(encoded).toString('base64')}`))
})

test('sizes and names are checked when keys are made', () => {
  throwsKind('malformed-key', () => generateKey('log.example', new Uint8Array(31)))
  throwsKind('malformed-key', () => newEd25519VerifierKey('log.example', new Uint8Array(33)))
  throwsKind('invalid-name', () => generateKey('log+example'))
})

test("names follow Go's idea of a space", () => {
  const rows: readonly [name: string, valid: boolean][] = [
    ['log.example/e1', true],
    ['a\ufeffb', true],
    ['grün', true],
    ['', false],
    ['a b', false],
    ['a\u0085b', false],
    ['a\u00a0b', false],
    ['a\u3000b', false],
    ['a+b', false],
    ['a\ud800b', false],
  ]
  for (const [name, valid] of rows) assert.equal(isValidName(name), valid, JSON.stringify(name))
})

test('every generated key is read back under its name', () => {
  fc.assert(
    fc.property(fc.string().filter(isValidName), fc.uint8Array({ minLength: 32, maxLength: 32 }), (name, bytes) => {
      const keys = generateKey(name, bytes)
      return newVerifier(keys.verifier).name === name && newSigner(keys.signer).name === name
    }),
    { numRuns: 50 },
  )
})
