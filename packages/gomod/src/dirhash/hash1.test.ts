import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareBytes, hash1, hashGoMod } from './index.ts'

const sha256 = (text: string) => createHash('sha256').update(text)

test('h1 is the hash of the lines that sha256sum prints', () => {
  const lines = `${sha256('A').digest('hex')}  a\n${sha256('B').digest('hex')}  b\n`
  const files = [
    { name: 'b', content: 'B' },
    { name: 'a', content: Buffer.from('A') },
  ]
  assert.equal(hash1(files), `h1:${sha256(lines).digest('base64')}`)
})

test('h1 of no files is the hash of nothing', () => {
  assert.equal(hash1([]), 'h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')
})

test('a digest stands for its content', () => {
  assert.equal(hash1([{ name: 'a', digest: sha256('x').digest() }]), hash1([{ name: 'a', content: 'x' }]))
})

test('h1 of a go.mod is the one that stands in go.sum', () => {
  // rsc.io/sampler v1.3.0
  const goMod = 'module "rsc.io/sampler"\n\nrequire "golang.org/x/text" v0.0.0-20170915032832-14c0d48ead0c\n'
  assert.equal(hashGoMod(goMod), 'h1:T1hPZKmBbMNahiBKFy5HrXp6adAjACjK9JXDnKaTXpA=')
})

const refused: [claim: string, name: string][] = [
  ['a newline, with which one file could pose as two', 'a\nb'],
  ['half of a surrogate pair', '\ud800'],
]

for (const [claim, name] of refused) {
  test(`a name with ${claim} is refused`, () => {
    assert.throws(() => hash1([{ name, content: '' }]), RangeError)
  })
}

test('a digest of another length is refused', () => {
  assert.throws(() => hash1([{ name: 'a', digest: new Uint8Array(31) }]), RangeError)
})

test('names are ordered by their UTF-8 bytes', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '/', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
  })
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
})

test('h1 does not depend on the order of the files', () => {
  const files = fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 5 }), { maxLength: 6 })
  fc.assert(
    fc.property(files, (names) => {
      const list = names.filter((name) => !name.includes('\n')).map((name) => ({ name, content: name }))
      assert.equal(hash1(list.toReversed()), hash1(list))
    }),
  )
})
