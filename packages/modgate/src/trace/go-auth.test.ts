import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testMachine } from '../config/test-machine.ts'
import type { Runner, RunOptions } from '../core/ports.ts'
import { goAuth, parseAnswers } from './go-auth.ts'

const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` })
const url = new URL('https://a.example/go/b.example/@v/list')

/** Programs by their name, and how each was called. */
function helpers(outputs: Readonly<Record<string, string>>) {
  const calls: { readonly argv: readonly string[]; readonly input: string | undefined }[] = []
  const runner: Runner = {
    run: async (argv, { input }: RunOptions = {}) => {
      calls.push({ argv, input })
      const stdout = outputs[argv[0]]
      return { code: stdout === undefined ? 1 : 0, stdout: stdout ?? '', stderr: '' }
    },
  }
  return { calls, runner }
}

const machine = testMachine({ files: { '/home/me/.netrc': 'machine a.example login me password one\n' } })

test('netrc is the default, and off sends nothing', async () => {
  const { runner } = helpers({})
  assert.deepEqual(await goAuth('', { machine, runner }).headersFor(url), basic('me:one'))
  assert.deepEqual(await goAuth('off', { machine, runner }).headersFor(url), {})
  assert.deepEqual(await goAuth('netrc', { machine, runner }).headersFor(new URL('https://other.example/')), {})
})

test('a command is asked once without a URL, and again with the URL and the answer once that was refused', async () => {
  const { runner, calls } = helpers({ helper: 'https://a.example/go\n\nX-Token: t1\n\n' })
  const auth = goAuth("helper 'with words'", { machine, runner })
  assert.deepEqual(await auth.headersFor(url), { 'x-token': 't1' })
  assert.deepEqual(await auth.headersFor(new URL('https://a.example/else')), {})
  await auth.refused(url, 'HTTP/1.1 401 Unauthorized\n\n')
  assert.deepEqual(calls, [
    { argv: ['helper', 'with words'], input: undefined },
    { argv: ['helper', 'with words', url.href], input: 'HTTP/1.1 401 Unauthorized\n\n' },
  ])
})

test('what is named first wins, and a command that fails takes nothing away', async () => {
  const { runner } = helpers({ helper: 'https://a.example\n\nAuthorization: Bearer x\n\n' })
  assert.deepEqual(await goAuth('netrc;helper', { machine, runner }).headersFor(url), basic('me:one'))
  assert.deepEqual(await goAuth('helper;netrc', { machine, runner }).headersFor(url), { authorization: 'Bearer x' })
  assert.deepEqual(await goAuth('broken;netrc', { machine, runner }).headersFor(url), basic('me:one'))
})

test('git is asked about a URL only, and may answer for its prefix only', async () => {
  const { runner, calls } = helpers({ git: 'protocol=https\nhost=a.example\nusername=me\npassword=two\n' })
  const auth = goAuth('git /src', { machine, runner })
  assert.deepEqual([await auth.headersFor(url), calls.length], [{}, 0])
  await auth.refused(url, '')
  assert.deepEqual(await auth.headersFor(url), basic('me:two'))
  assert.equal(calls[0]!.input, `url=${url.href}\n`)
  const other = new URL('https://b.example/x')
  await auth.refused(other, '')
  assert.deepEqual(await auth.headersFor(other), {})
})

const malformed = [
  'x',
  'https://a.example\n',
  'https://a.example\n\nNo colon\n\n',
  'https://a.example\n\nA: b\n',
  'u\n\nBad Name: b\n\n',
]
test('an answer in another form counts for nothing, an empty one for none', () => {
  for (const text of malformed) assert.deepEqual(parseAnswers(text), [], JSON.stringify(text))
  assert.deepEqual(parseAnswers(''), [])
  assert.deepEqual(parseAnswers('https://a.example\nhttps://b.example\n\nA: b\n\n').length, 2)
})
