import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testMachine } from '../../config/test-machine.ts'
import { readCredentials } from './network-credentials.ts'

const netrc = [
  'machine a.example login me password one',
  'macdef init',
  'machine b.example login no password never',
  '',
  'machine a.example:8443',
  '  login me',
  '  password two',
].join('\n')

const header = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

const rows: readonly (readonly [goauth: string, url: string, sent: string | undefined])[] = [
  ['netrc', 'https://a.example/x', header('me', 'one')],
  ['', 'https://a.example/x', header('me', 'one')],
  ['off', 'https://a.example/x', undefined],
  ['netrc', 'http://a.example/x', undefined],
  ['netrc', 'https://a.example:8443/', header('me', 'two')],
  ['netrc', 'https://a.example:9/', undefined],
  ['netrc', 'https://b.example/', undefined],
  ['off', 'https://you:p%40ss@c.example/', header('you', 'p@ss')],
]

test('credentials go over https, to the host and port that netrc names, or to the one of the URL', async () => {
  const machine = testMachine({ files: { '/home/me/.netrc': netrc } })
  for (const [goauth, url, sent] of rows) {
    assert.equal((await readCredentials(machine, goauth))(new URL(url)), sent, `${goauth} ${url}`)
  }
})
