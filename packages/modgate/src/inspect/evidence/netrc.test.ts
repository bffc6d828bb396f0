import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testMachine } from '../../config/test-machine.ts'
import { readGitSettings } from './git-settings.ts'
import { netrcMentions, readNetrc } from './netrc.ts'

test('netrc: who has credentials, on which line, and never which', () => {
  const text = [
    'machine a.test login me password hunter2',
    'machine b.test:8443',
    '  login me',
    'macdef init',
    'machine in.a.macro login x password y',
    '',
    'default login anonymous password x',
  ].join('\n')
  const entries = netrcMentions(text)
  assert.deepEqual(entries, [
    { machine: 'a.test', line: 1, hasLogin: true, hasPassword: true },
    { machine: 'b.test:8443', line: 2, hasLogin: true, hasPassword: false },
    { machine: 'default', line: 7, hasLogin: true, hasPassword: true },
  ])
  assert.ok(!JSON.stringify(entries).includes('hunter2'))
})

test('NETRC names another file than the one in the home directory', async () => {
  const files = { '/home/me/.netrc': 'machine home.test login a password b', '/n': 'machine n.test login a password b' }
  assert.equal((await readNetrc(testMachine({ files })))?.entries[0]?.machine, 'home.test')
  assert.equal((await readNetrc(testMachine({ files, environment: { NETRC: '/n' } })))?.entries[0]?.machine, 'n.test')
  assert.equal(await readNetrc(testMachine()), undefined)
})

test("git's settings: replaced URLs, helpers without their arguments, unchecked hosts", async () => {
  const stdout = [
    'url.ssh://git@a.test/.insteadof\nhttps://a.test/',
    'credential.helper\nstore --file=/secret',
    'http.https://b.test.sslverify\nfalse',
    'http.sslverify\ntrue',
  ].join('\0')
  const runner = { run: async () => ({ code: 0, stdout, stderr: '' }) }
  const machine = testMachine({ environment: { PATH: '/bin' }, files: { '/bin/git': '' } })
  assert.deepEqual(await readGitSettings(machine, runner), {
    there: true,
    insteadOf: [{ from: 'https://a.test/', to: 'ssh://git@a.test/' }],
    credentialHelpers: ['store'],
    unchecked: ['https://b.test'],
  })
  assert.equal((await readGitSettings(testMachine(), runner)).there, false)
})
