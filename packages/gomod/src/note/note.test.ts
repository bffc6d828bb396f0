import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { generateKey, newSigner, newVerifier, NoteError, open, sign, UnverifiedNoteError } from './index.ts'

const keys = (name: string, seed: number) => {
  const pair = generateKey(name, new Uint8Array(32).fill(seed))
  return { signer: newSigner(pair.signer), verifier: newVerifier(pair.verifier) }
}
const alice = keys('alice.example', 1)
const bob = keys('bob.example', 2)
const text = 'If you are unsure, ask.\n\nThis text has a blank line.\n'
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const signed = decode(sign({ text }, alice.signer))
const line = signed.slice(text.length + 1)

const throwsKind = (kind: string, run: () => unknown): void => {
  assert.throws(run, (error) => error instanceof NoteError && error.kind === kind)
}

test('what a signer signs is opened by its verifier, from bytes and from a string', () => {
  for (const message of [signed, new TextEncoder().encode(signed)]) {
    const note = open(message, [bob.verifier, alice.verifier])
    assert.equal(note.text, text)
    assert.deepEqual(
      note.signatures.map((signature) => [signature.name, signature.keyHash]),
      [['alice.example', alice.verifier.keyHash]],
    )
    assert.deepEqual(note.unverifiedSignatures, [])
  }
})

test('a signature by an unknown key is kept apart and proves nothing', () => {
  const both = sign({ text }, alice.signer, bob.signer)
  const note = open(both, [alice.verifier])
  assert.deepEqual(
    note.unverifiedSignatures.map((signature) => signature.name),
    ['bob.example'],
  )
  assert.throws(
    () => open(both, []),
    (error) => error instanceof UnverifiedNoteError && error.kind === 'unverified' && error.note.text === text,
  )
})

test('repeated signatures count once, known or unknown', () => {
  const note = open(signed + line + line, [alice.verifier])
  assert.equal(note.signatures.length, 1)
  const other = decode(sign({ text }, bob.signer)).slice(text.length + 1)
  assert.equal(open(signed + other + other, [alice.verifier]).unverifiedSignatures.length, 1)
})

test('a failing signature of a known key refuses the note, even beside a good one', () => {
  const forged = decode(sign({ text: 'other\n' }, bob.signer)).slice('other\n\n'.length)
  throwsKind('invalid-signature', () => open(signed + forged, [alice.verifier, bob.verifier]))
  assert.equal(open(signed + forged, [alice.verifier]).unverifiedSignatures.length, 1)
})

test('two verifiers of one name and key hash are ambiguous', () => {
  throwsKind('ambiguous', () => open(signed, [alice.verifier, { ...alice.verifier, verify: () => true }]))
})

test('signing again replaces the signature of that key and keeps the others in front', () => {
  const note = open(sign({ text }, alice.signer, bob.signer), [alice.verifier])
  const again = open(sign(note, alice.signer), [alice.verifier, bob.verifier])
  assert.deepEqual(
    again.signatures.map((signature) => signature.name),
    ['bob.example', 'alice.example'],
  )
})

const malformed: readonly [name: string, message: string | Uint8Array][] = [
  ['nothing', ''],
  ['no signature', text],
  ['no blank line before the signature', `text\n${line}`],
  ['no final newline', signed.slice(0, -1)],
  ['a carriage return', signed.replace('unsure', 'un\rsure')],
  ['a tab', signed.replace('unsure', 'un\tsure')],
  ['a zero byte', signed.replace('unsure', 'un\0sure')],
  ['a lone surrogate', signed.replace('unsure', 'un\ud800sure')],
  ['a byte that is not UTF-8', Buffer.concat([Buffer.from([0xff]), Buffer.from(signed)])],
  ['an overlong encoding', Buffer.concat([Buffer.from([0xc0, 0x8a]), Buffer.from(signed)])],
  ['a hyphen for the dash', signed.replace('—', '-')],
  ['two spaces', signed.replace('— ', '—  ')],
  ['a signature of a key id only', `${text}\n— alice.example AAAAAA==\n`],
  ['a signature without base64', `${text}\n— alice.example\n`],
  ['base64 without padding', signed.replace(/=*\n$/, '\n')],
  ['text after the signature', `${signed}more\n`],
  ['101 signatures', signed + line.repeat(100)],
  ['more than a million bytes', `${'a'.repeat(1_000_000)}\n\n${line}`],
]
for (const [name, message] of malformed) {
  test(`a note is malformed: ${name}`, () => throwsKind('malformed', () => open(message, [alice.verifier])))
}

test('100 signatures are read', () => {
  assert.equal(open(signed + line.repeat(99), [alice.verifier]).signatures.length, 1)
})

test('a note is not signed whose text or signatures could not be opened', () => {
  throwsKind('malformed', () => sign({ text: 'no newline' }, alice.signer))
  throwsKind('malformed', () => sign({ text: 'tab\there\n' }, alice.signer))
  throwsKind('invalid-name', () => sign({ text }, { ...alice.signer, name: 'a b' }))
  const signature = { name: 'x.example', keyHash: 1, base64: 'AAAAAgAA' }
  throwsKind('malformed', () => sign({ text, signatures: [signature] }, alice.signer))
  throwsKind('invalid-name', () => sign({ text, unverifiedSignatures: [{ ...signature, name: '' }] }, alice.signer))
})

test('open is the inverse of sign for every text without control characters', () => {
  const texts = fc.string({ unit: 'grapheme' }).map((value) => `${value.replace(/[\0-\x1f]/g, '\n')}\n`)
  fc.assert(
    fc.property(texts, (value) => open(sign({ text: value }, alice.signer), [alice.verifier]).text === value),
    { numRuns: 100 },
  )
})

test('no single changed byte leaves a note verified', () => {
  const bytes = new TextEncoder().encode(signed)
  fc.assert(
    fc.property(fc.nat(text.length), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = bytes.slice()
      changed[at]! ^= flip
      assert.throws(() => open(changed, [alice.verifier]), NoteError)
    }),
    { numRuns: 100 },
  )
})

test('a tree head that sum.golang.org signed is verified, and one digit more is not', () => {
  const verifier = newVerifier('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8')
  const message = [
    'go.sum database tree',
    '66398721',
    '5oXTdOltbW8oy+WAHSPYkUE7FskIY/5ZJCYGy+buJ3g=',
    '',
    '— sum.golang.org Az3grkwAPWdf0j0QaqFdZ3Hg/pDusO9we04GR+upDAujfj+kau8VzeyO7Xqw0j0qZNnwMvwiV98DluG2iyB8t4v4WQU=',
    '',
  ].join('\n')
  assert.match(open(message, [verifier]).text, /^go[.]sum database tree\n\d+\n/)
  throwsKind('invalid-signature', () => open(message.replace(/\n(\d)/, '\n1$1'), [verifier]))
})
