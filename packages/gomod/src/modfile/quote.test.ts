import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { autoQuote, mustQuote, quote, unquote } from './quote.ts'

test('a literal means what it says, or is malformed', () => {
  const rows: [literal: string, text: string | undefined][] = [
    ['""', ''],
    ['"a b"', 'a b'],
    ['`a\\n`', 'a\\n'],
    ['`a\rb`', 'ab'],
    [String.raw`"\a\b\f\n\r\t\v\\\""`, '\x07\b\f\n\r\t\v\\"'],
    [String.raw`"\xc3\xa9\303\251\u00e9\U0001f600"`, 'ééé😀'],
    [String.raw`"\xff"`, '\udcff'],
    ['"\udcff"', '\ufffd'],
    [String.raw`"\'"`, undefined],
    [String.raw`"\400"`, undefined],
    [String.raw`"\ud800"`, undefined],
    [String.raw`"\U00110000"`, undefined],
    [String.raw`"\x4"`, undefined],
    [String.raw`"\q"`, undefined],
    ['"a"b"', undefined],
    ['"a\nb"', undefined],
    ['"', undefined],
    ['"a`', undefined],
    ['a', undefined],
    ['``a`', undefined],
  ]
  for (const [literal, text] of rows) assert.equal(unquote(literal), text, literal)
})

test('what is quoted can be unquoted', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(unquote(quote(text)), text)))
})

test('quotes spell broken bytes as bytes', () => {
  assert.equal(quote('\\udcff \udcff'), String.raw`"\\udcff \xff"`)
})

test('only what would not be one token is quoted', () => {
  const rows: [text: string, quoted: boolean][] = [
    ['example.com/m', false],
    ['', true],
    ['a b', true],
    ["a'b", true],
    ['a//b', true],
    ['a/*b', true],
    ['(', false],
    ['a(', true],
    ['a,b', true],
    ['a\u200bb', true],
    ['é', false],
  ]
  for (const [text, quoted] of rows) {
    assert.equal(mustQuote(text), quoted, text)
    assert.equal(autoQuote(text) === text, !quoted, text)
  }
})
