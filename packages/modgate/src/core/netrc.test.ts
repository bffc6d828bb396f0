import assert from 'node:assert/strict'
import { test } from 'node:test'
import { netrcLogin, parseNetrc } from './netrc.ts'

const text = [
  'machine a.test login me password one',
  'machine a.test login me password later',
  'machine b.test:8443',
  '  password two',
  '  login you',
  'machine half.test login me',
  'macdef init',
  'machine in.a.macro login x password y',
  '',
  'machine c.test/team login team password three',
  'machine c.test login all password four account ignored',
  'default login anonymous password x machine d.test login d password d',
].join('\n')

const rows: readonly (readonly [url: string, sent: string | undefined])[] = [
  ['https://a.test/x?go-get=1', 'me:one'],
  ['https://a.test', 'me:one'],
  ['https://A.TEST/', 'me:one'],
  ['http://a.test/x', undefined],
  ['https://a.test:8443/x', undefined],
  ['https://b.test/', undefined],
  ['https://b.test:8443/', 'you:two'],
  ['https://half.test/', undefined],
  ['https://in.a.macro/', undefined],
  ['https://c.test/team/lib', 'team:three'],
  ['https://c.test/teams/lib', 'all:four'],
  ['https://d.test/', undefined],
  ['https://elsewhere.test/', undefined],
  ['https://default/', undefined],
]

for (const [url, sent] of rows) {
  test(`netrc has ${sent ?? 'nothing'} for ${url}`, () => {
    const login = netrcLogin(parseNetrc(text), new URL(url))
    assert.equal(login && `${login.user}:${login.password}`, sent)
  })
}

test('a netrc entry knows its line, and what it lacks', () => {
  const entries = parseNetrc('machine a.test\n  login me\nmachine\ndefault')
  assert.deepEqual(entries, [
    { machine: 'a.test', line: 1, login: 'me' },
    { machine: '', line: 3 },
    { machine: 'default', line: 4 },
  ])
})
