// `modgate explain MODULE` as a person runs it.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { modgate } from './harness/gate.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

interface Run {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
}

async function explain(t: TestContext, { args, env = {}, files = {} }: Run) {
  const home = await temporaryDirectory(t)
  await writeFiles(home, { 'work/.keep': '', ...files })
  const clean = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    GOENV: 'off',
    GOSUMDB: 'sum.golang.org',
    GIT_CONFIG_NOSYSTEM: '1',
  }
  const options = { cwd: join(home, 'work'), env: { ...clean, ...env } }
  return ownProcess(t, [...modgate, 'explain', ...args], options).ended
}

test('a private module is told from its pattern to its credentials, without any of them', async (t) => {
  const { code, stdout } = await explain(t, {
    args: ['git.corp.example/team/lib@v1.2.0'],
    env: { GOPRIVATE: '*.corp.example', GOPROXY: 'https://me:hunter2hunter2@gate.example,direct' },
    files: { '.netrc': 'machine git.corp.example login me password s3cretS3cret\n' },
  })
  assert.equal(code, 0)
  assert.match(stdout, /straight to its own host, past all proxies; nobody vouches for it/)
  assert.match(stdout, /GOPRIVATE=\*\.corp\.example \(in the environment\)/)
  assert.match(stdout, /git\.corp\.example: machine git\.corp\.example of .*\.netrc/)
  assert.match(stdout, /next: go mod download -x git\.corp\.example\/team\/lib@v1\.2\.0\n$/)
  assert.doesNotMatch(stdout, /s3cret|hunter2|gate\.example:/)
  assert.ok(stdout.split('\n').length <= 24)
})

test('a chain says who is asked after which answer, and who learns a private name', async (t) => {
  const { stdout } = await explain(t, {
    args: ['git.corp.example/lib'],
    env: { GOPROXY: 'https://gate.example:8443/go|https://b.example,direct' },
    files: { '.netrc': 'machine gate.example login me password s3cretS3cret\n' },
  })
  assert.match(stdout, /1\. https:\/\/gate\.example:8443\/go: after 404, 410 or any other error, step 2/)
  assert.match(stdout, /2\. https:\/\/b\.example: after 404 or 410, step 3; any other error is final/)
  assert.match(stdout, /has machine gate\.example,\s+and\s+go wants gate\.example:8443\s+there/)
  assert.match(
    stdout,
    /GOPRIVATE=git\.corp\.example would keep it from\s+gate\.example:8443,\s+b\.example,\s+sum\.golang\.org/,
  )
})

test('JSON has the same under stable keys', async (t) => {
  const { stdout } = await explain(t, {
    args: ['--json', 'golang.org/toolchain'],
    env: { GOPROXY: 'off', GOSUMDB: 'off' },
  })
  const { modules } = JSON.parse(stdout) as { modules: Record<string, unknown>[] }
  const expected = ['module', 'kind', 'decidedBy', 'chain', 'checksum', 'authentication', 'disclosures', 'next']
  assert.deepEqual(Object.keys(modules[0]!), expected)
  assert.equal((modules[0]!['checksum'] as { message: string }).message, 'checksum database disabled by GOSUMDB=off')
})

test('the modules of a go.mod stand together by their way, the odd ones first', async (t) => {
  const requirements = ['corp.example/a', 'github.com/x/y', 'golang.org/x/mod', 'gone.example/z'].map(
    (path) => `\t${path} v1.0.0\n`,
  )
  const { code, stdout } = await explain(t, {
    args: ['--graph'],
    env: { GOPROXY: 'https://gate.example', GOPRIVATE: 'corp.example' },
    files: {
      'work/go.mod': `module m.example\n\ngo 1.26\n\nrequire (\n${requirements.join('')})\n\nreplace gone.example/z => ../z\n`,
    },
  })
  assert.equal(code, 0)
  assert.match(
    stdout,
    /^1 module: straight to its own host.*\n {4}by corp\.example in GOPRIVATE\n {4}corp\.example\/a$/m,
  )
  assert.match(stdout, /1 module: not asked for: go\.mod replaces it/)
  assert.match(stdout, /2 modules: https:\/\/gate\.example; sum\.golang\.org vouches/)
})

test('what go.mod replaces and what vendor holds is said first', async (t) => {
  const { stdout } = await explain(t, {
    args: ['a.example/b'],
    files: {
      'work/go.mod': 'module m.example\n\ngo 1.26\n\nrequire a.example/b v1.0.0\n\nreplace a.example/b => ../fork\n',
      'work/vendor/modules.txt': '# a.example/b v1.0.0 => ../fork\n## explicit\n',
    },
  })
  assert.match(stdout, /Here +go\.mod replaces it by \.\.\/fork/)
  assert.match(stdout, /builds take it from vendor\//)
})

test('what is no module path, or has no version behind the @, is used wrongly', async (t) => {
  for (const argument of ['Hello World', 'a.example/b@', 'a.example/\u001b[31m']) {
    const { code, stdout, stderr } = await explain(t, { args: [argument] })
    assert.deepEqual([code, stdout], [2, ''], argument)
    assert.match(stderr, /^modgate: explain/)
    assert.doesNotMatch(stderr, / {4}at |\u001b/)
  }
})
