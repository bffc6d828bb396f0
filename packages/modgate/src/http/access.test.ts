import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokenIn } from './access.ts'

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

const rows: readonly (readonly [claim: string, header: string | undefined, token: string | undefined])[] = [
  ['no header', undefined, undefined],
  ['Bearer', 'Bearer abc', 'abc'],
  ['a scheme in any case', 'bearer abc', 'abc'],
  ['the password of Basic', basic('anybody:abc'), 'abc'],
  ['a password with colons', basic('anybody:a:b'), 'a:b'],
  ['a user without a password', basic('abc:'), 'abc'],
  ['a user without a colon', basic('abc'), 'abc'],
  ['an empty header', '', undefined],
  ['a scheme alone', 'Bearer', undefined],
  ['a scheme that nobody knows', 'Digest abc', undefined],
  ['two words', 'Bearer a b', undefined],
  ['a header without end', `Bearer ${'a'.repeat(5000)}`, undefined],
]

for (const [claim, header, token] of rows) {
  test(`${claim}: ${token ?? 'no token'}`, () => assert.equal(tokenIn(header), token))
}
