import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../core/failure.ts'
import type { Runner } from '../../core/ports.ts'
import { failsWith, never } from '../test-peers.ts'
import { basic, credentials, type CredentialSource } from './credentials.ts'
import { gitHelper } from './git-helper.ts'
import { netrcCredentials } from './netrc-credentials.ts'
import { isAt, parsePlace } from '../../core/place.ts'
import type { TokenKind } from '../../config/index.ts'
import { tokenFile } from './token-file.ts'

const places: readonly (readonly [place: string, at: readonly string[], notAt: readonly string[]])[] = [
  [
    'git.example',
    ['https://git.example', 'https://git.example/a/b?c', 'https://GIT.example:443/'],
    ['http://git.example/', 'https://git.example:8443/', 'https://x.git.example/', 'https://git.example.evil.example/'],
  ],
  ['git.example:8443', ['https://git.example:8443/a'], ['https://git.example/a', 'https://git.example:8444/a']],
  [
    'git.example/team',
    ['https://git.example/team', 'https://git.example/team/lib'],
    [
      'https://git.example/teams',
      'https://git.example/',
      'https://git.example/x/../teams',
      'https://git.example/Team/lib',
    ],
  ],
  ['[::1]:8443', ['https://[::1]:8443/x'], ['https://[::1]/x']],
]

for (const [text, at, notAt] of places) {
  test(`credentials for ${text} go there over TLS and nowhere else`, () => {
    const place = parsePlace(text)
    for (const url of at) assert.ok(isAt(place, new URL(url)), url)
    for (const url of notAt) assert.ok(!isAt(place, new URL(url)), url)
  })
}

test('what is no host with a path is no place', () => {
  for (const text of ['', '/team', 'https://git.example', 'u@git.example', 'git.example?x', 'git.example/a/../b', '127.1', 'git.example:443', '*']) {
    assert.throws(() => parsePlace(text), TypeError, text)
  }
}) // prettier-ignore

const git = parsePlace('git.example/team')
const url = new URL('https://git.example/team/lib')
const file = (text: string | undefined) => async () => text

const tokens: readonly (readonly [kind: TokenKind, text: string, sent: string])[] = [
  ['github', 'ghp_secret\n', basic('x-access-token', 'ghp_secret')],
  ['gitlab', '  glpat-secret\r\n', basic('oauth2', 'glpat-secret')],
  ['gitea', 'secret', basic('oauth2', 'secret')],
  ['bitbucket', 'secret', basic('x-token-auth', 'secret')],
  ['login', 'me:pass:word with space', basic('me', 'pass:word with space')],
  ['bearer', 'mg_secret', 'Bearer mg_secret'],
]

for (const [kind, text, sent] of tokens) {
  test(`a token of the kind ${kind} is said as its host wants it`, async () => {
    const source = tokenFile({ place: git, kind, path: '/t' }, file(text))
    assert.equal(await source(url, never), sent)
    assert.equal(await source(new URL('https://git.example/other'), never), undefined)
  })
}

test('a file that holds no token is a failure that shows nothing of it', async () => {
  const unreadable = () => Promise.reject(Object.assign(new Error('secret'), { code: 'EACCES' }))
  const rows: readonly (readonly [TokenKind, (path: string) => Promise<string | undefined>, RegExp])[] = [
    ['github', file(undefined), /no such file/],
    ['github', file(' \n'), /is empty/],
    ['github', unreadable, /cannot be read: EACCES/],
    ['github', file('secret\nsecret'), /more than a token/],
    ['bearer', file('secret\r\nX-Header: secret'), /more than a token/],
    ['login', file('secret'), /user:password/],
    ['login', file('a:secret\nsecret'), /user:password/],
  ]
  for (const [kind, read, words] of rows) {
    const failure = await tokenFile({ place: git, kind, path: '/t' }, read)(url, never).catch((error: unknown) => error)
    assert.ok(failsWith('credentials-unusable', words)(failure), String(failure))
    assert.doesNotMatch((failure as Failure).message, /secret/)
  }
})

test('a token that was replaced is used at once', async () => {
  let text = 'one'
  const source = tokenFile({ place: git, kind: 'bearer', path: '/t' }, async () => text)
  await source(url, never)
  text = 'two'
  assert.equal(await source(url, never), 'Bearer two')
})

test('netrc is asked for each URL, and a missing file has nothing', async () => {
  const source = netrcCredentials(file('machine git.example login me password secret'))
  assert.equal(await source(url, never), basic('me', 'secret'))
  assert.equal(await source(new URL('https://other.example/'), never), undefined)
  assert.equal(await netrcCredentials(file(undefined))(url, never), undefined)
})

test('the first source that knows a host counts, and without TLS none is asked', async () => {
  const asked: string[] = []
  const source =
    (name: string, known?: string): CredentialSource =>
    async () => {
      asked.push(name)
      return known
    }
  const { authorize } = credentials([source('a'), source('b', 'B'), source('c', 'C')], () => [])
  assert.equal(await authorize(url, never), 'B')
  assert.deepEqual(asked, ['a', 'b'])
  assert.equal(await authorize(new URL('http://git.example/'), never), undefined)
  assert.deepEqual(asked, ['a', 'b'])
})

test('git is given the header for its host alone, and ssh the options for its', async () => {
  const { forGit } = credentials([async () => 'Bearer secret'], ({ hostname }) => ['-o', `X=${hostname}`])
  assert.deepEqual(await forGit('https://git.example:8443/team/lib', never), {
    config: [['http.https://git.example:8443/.extraHeader', 'Authorization: Bearer secret']],
    ssh: [],
  })
  assert.deepEqual(await forGit('ssh://git@git.example/team/lib', never), { config: [], ssh: ['-o', 'X=git.example'] })
  assert.deepEqual(await forGit('http://git.example/lib', never), { config: [], ssh: [] })
})

interface Asked {
  readonly argv: readonly string[]
  readonly input: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

function helping(stdout: string, code = 0, trouble?: 'timeout') {
  const asked: Asked[] = []
  const clock = { time: 0, now: () => clock.time }
  const runner: Runner = {
    run: async (argv, { input = '', environment = {} } = {}) => {
      asked.push({ argv, input, environment })
      return { code, stdout, stderr: '', ...(trouble ? { trouble } : {}) }
    },
  }
  const options = { runner, clock, directory: '/', environment: { PATH: '/bin' } }
  return { asked, clock, source: gitHelper({ place: git, helper: 'store' }, options) }
}

test('a credential helper is asked about the place once, and its answer is used for a minute', async () => {
  const { asked, clock, source } = helping('protocol=https\nhost=git.example\nusername=me\npassword=se=cret\n')
  const urls = [url, new URL('/team/other', url), new URL('/team/third', url)]
  const said = await Promise.all(urls.map((each) => source(each, never)))
  assert.deepEqual([...said, await source(url, never)], Array(4).fill(basic('me', 'se=cret')))
  assert.equal(asked.length, 1)
  assert.deepEqual(asked[0]!.argv, ['git', 'credential', 'fill'])
  assert.equal(asked[0]!.input, 'protocol=https\nhost=git.example\npath=team\n\n')
  assert.equal(asked[0]!.environment['GIT_TERMINAL_PROMPT'], '0')
  clock.time = 60_000
  await source(url, never)
  assert.equal(asked.length, 2)
  assert.equal(await source(new URL('https://other.example/team'), never), undefined)
  assert.equal(asked.length, 2)
})

test('what a helper says of another host, or does not say, is nothing', async () => {
  for (const stdout of ['host=evil.example\nusername=a\npassword=b\n', 'host=git.example\nusername=a\n', '']) {
    assert.equal(await helping(stdout).source(url, never), undefined)
  }
  assert.equal(await helping('', 128).source(url, never), undefined)
  await assert.rejects(helping('', -1, 'timeout').source(url, never), failsWith('credentials-unusable', /timeout/))
})

test('a helper that knows when its answer ends is asked again then', async () => {
  const { asked, clock, source } = helping('host=git.example\nusername=a\npassword=b\npassword_expiry_utc=10\n')
  await source(url, never)
  clock.time = 10_000
  await source(url, never)
  assert.equal(asked.length, 2)
})
