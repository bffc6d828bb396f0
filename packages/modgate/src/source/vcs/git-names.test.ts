import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { namesQuestion, readNames } from './git-names.ts'

const [one, two] = ['1'.repeat(40), '2'.repeat(40)]
const packet = (line: string) => `${(line.length + 4).toString(16).padStart(4, '0')}${line}`
async function* chunksOf(...chunks: readonly (string | Uint8Array)[]) {
  for (const chunk of chunks) yield Buffer.from(chunk as string)
}
const parse = async (...answer: readonly (string | Uint8Array)[]) =>
  (await readNames(chunksOf(...answer), 1000))?.toString()

test('an answer becomes what ls-remote prints, with a line for what an annotated tag leads to, however it is cut', async () => {
  const lines = [`${one} HEAD symref-target:refs/heads/main\n`, `${one} refs/heads/main\n`]
  const tag = `${two} refs/tags/v1.0.0 peeled:${one}\n`
  const printed = `${one}\tHEAD\n${one}\trefs/heads/main\n${two}\trefs/tags/v1.0.0\n${one}\trefs/tags/v1.0.0^{}\n`
  const answer = `${[...lines, tag].map(packet).join('')}0000`
  assert.equal(await parse(answer), printed)
  assert.equal(await parse(...Array.from(answer)), printed)
})

const whole = packet(`${one} HEAD\n`)
const rows: readonly (readonly [name: string, answer: string])[] = [
  ['nothing', ''],
  ['a repository without names', '0000'],
  ['an answer without its end', whole],
  ['an answer that was cut off', `${whole}${whole.slice(0, 20)}`],
  ['something behind the end', `${whole}0000${whole}`],
  ['a page', '<!doctype html><title>Log in</title>'],
  ['an error of the server', `${packet('ERR no such repository\n')}0000`],
  ['what a server says that speaks no version 2', `${packet(`${one} HEAD\0multi_ack\n`)}0000`],
  ['ids of another kind', `${packet(`${'3'.repeat(64)} HEAD\n`)}0000`],
  ['a name with a line of its own', `${packet(`${one} refs/heads/a\n${two} refs/heads/b\n`)}0000`],
  ['more than is wanted', `${whole.repeat(40)}0000`],
  ['a delimiter', `${whole}0001${whole}0000`],
  ['a length that is none', `${whole}00g0`],
  ['a length that stands for nothing', `${whole}0003`],
]
for (const [name, answer] of rows) {
  test(`${name} is no answer, and git is asked`, async () => assert.equal(await parse(answer), undefined))
}

test('whatever a server says is an answer or none, and never an error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      await parse(bytes)
      await parse(whole, bytes)
    }),
  )
})

test('the question is one that packet lines can be read from', () => {
  assert.match(Buffer.from(namesQuestion).toString(), /^0014command=ls-refs\n.*0001.*0000$/s)
})
