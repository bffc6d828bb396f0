import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatRecord, formatTree, parseRecord, parseTree, recordHash, TlogError } from './index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (data: Uint8Array): string => new TextDecoder().decode(data)
const malformed = { name: 'TlogError', kind: 'malformed' }

test('a record is read back with what follows it', () => {
  const message = Buffer.concat([formatRecord(123, bytes('a v1 h1:x\nb\n')), bytes('rest\n\nmore')])
  const { id, text, rest } = parseRecord(message)
  assert.deepEqual([id, decode(text), decode(rest)], [123, 'a v1 h1:x\nb\n', 'rest\n\nmore'])
})

const badRecords: readonly [name: string, message: string | Uint8Array][] = [
  ['nothing', ''],
  ['no text', '1\n'],
  ['no blank line', '1\ntext\n'],
  ['an id with a plus', '+1\ntext\n\n'],
  ['an id with a minus', '-1\ntext\n\n'],
  ['an id with a leading zero', '01\ntext\n\n'],
  ['an id with a space', ' 1\ntext\n\n'],
  ['an id in hexadecimal', '0x1\ntext\n\n'],
  ['an id with an exponent', '1e3\ntext\n\n'],
  ['an id without digits', '\ntext\n\n'],
  ['an id beyond exact numbers', '9007199254740993\ntext\n\n'],
  ['an id of a thousand digits', `${'9'.repeat(1000)}\ntext\n\n`],
  ['a carriage return', '1\ntext\r\n\n'],
  ['a zero byte', '1\nte\0xt\n\n'],
  ['no UTF-8', Uint8Array.of(0x31, 10, 0xff, 10, 10)],
]
for (const [name, message] of badRecords) {
  test(`a record is malformed: ${name}`, () => {
    assert.throws(() => parseRecord(typeof message === 'string' ? bytes(message) : message), malformed)
  })
}

test('a text is not formatted that would be read otherwise', () => {
  for (const text of ['', 'no newline', 'a\n\nb\n', 'a\tb\n']) {
    assert.throws(() => formatRecord(1, bytes(text)), malformed)
  }
  assert.throws(() => formatRecord(-1, bytes('a\n')), malformed)
})

test('parsing is the inverse of formatting for every record', () => {
  const lines = fc.array(
    fc.string({ unit: 'grapheme' }).map((line) => `x${line.replace(/[\0-\x1f]/g, '')}\n`),
    { minLength: 1 },
  )
  fc.assert(
    fc.property(fc.maxSafeNat(), lines, fc.string(), (id, text, rest) => {
      const parsed = parseRecord(Buffer.concat([formatRecord(id, bytes(text.join(''))), bytes(rest)]))
      return parsed.id === id && decode(parsed.text) === text.join('') && decode(parsed.rest) === rest
    }),
  )
})

test('a tree head is read back, and later lines are ignored', () => {
  const tree = { size: 71_909_756, hash: new Uint8Array(recordHash(bytes('root'))) }
  assert.deepEqual(parseTree(formatTree(tree)), tree)
  assert.deepEqual(parseTree(`${formatTree(tree)}another line\n`), tree)
  assert.equal(formatTree(tree).split('\n', 2).join('\n'), 'go.sum database tree\n71909756')
})

const root = 'nND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI='
const badTrees: readonly [name: string, text: string][] = [
  ['nothing', ''],
  ['another header', `go.sum database tree v2\n2\n${root}\n`],
  ['no final newline', `go.sum database tree\n2\n${root}`],
  ['a leading zero', `go.sum database tree\n02\n${root}\n`],
  ['a plus', `go.sum database tree\n+2\n${root}\n`],
  ['a negative size', `go.sum database tree\n-2\n${root}\n`],
  ['a size beyond exact numbers', `go.sum database tree\n9007199254740993\n${root}\n`],
  ['a short root', `go.sum database tree\n2\n${root.slice(4)}\n`],
  ['a root with a space', `go.sum database tree\n2\n ${root}\n`],
  ['more than a million characters', `go.sum database tree\n2\n${root}\n${'x'.repeat(1_000_000)}\n`],
]
for (const [name, text] of badTrees) {
  test(`a tree head is malformed: ${name}`, () => {
    assert.throws(() => parseTree(text), TlogError)
  })
}
