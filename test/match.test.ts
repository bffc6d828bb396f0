// What `modgate match` says is what the real go does, and the page about settings says the same.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { explainMatch } from '../packages/modgate/src/policy/match.ts'
import { differential } from './differential/compare.ts'
import { requireComponent } from './harness/components.ts'
import { goClient } from './harness/go-client.ts'
import { fencedBlocks } from './harness/markdown.ts'

const main = join(import.meta.dirname, '../packages/modgate/src/cli/main.ts')

interface Run {
  readonly input?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

async function match(args: readonly string[], { input = '', cwd = import.meta.dirname, env = {} }: Run = {}) {
  const child = spawn(process.execPath, ['--conditions=modgate-source', main, 'match', ...args], {
    cwd,
    env: { PATH: '/nowhere', HOME: '/nowhere', GOENV: 'off', ...env },
  })
  child.stdin.end(input)
  const [stdout, stderr, closed] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { stdout, stderr, code: closed[0] as number }
}

test('the stars of `*.corp.com` cross dots, and `corp.com/*` is about paths: both as they really are', async () => {
  const star = await match([
    '*.corp.com',
    'git.api.corp.com/foo',
    'sub.corp.com/lib',
    'corp.com',
    'corp.com/lib',
    '--json',
  ])
  assert.equal(star.code, 1)
  const rows = JSON.parse(star.stdout) as { module: string; match: boolean; pattern: string | null; why: string }[]
  assert.deepEqual(
    rows.map(({ module, match, pattern }) => [module, match, pattern]),
    [
      ['git.api.corp.com/foo', true, '*.corp.com'],
      ['sub.corp.com/lib', true, '*.corp.com'],
      ['corp.com', false, null],
      ['corp.com/lib', false, null],
    ],
  )
  for (const row of rows) assert.deepEqual(Object.keys(row), ['module', 'match', 'pattern', 'why'])
  const slash = await match(['corp.com/*', 'corp.com/lib', 'git.corp.com/x', 'corp.com'])
  assert.match(slash.stdout, /yes {2}corp\.com\/lib\n/)
  assert.match(slash.stdout, /no {3}git\.corp\.com\/x\n.*host of its own/)
  assert.match(slash.stdout, /no {3}corp\.com\n.*has 2 elements/)
  assert.match(slash.stdout, /\n\nnext: modgate match 'git\.corp\.com,corp\.com' corp\.com\/lib .*\n$/)
})

test('the exit code is 0 if all match, 1 if one does not, 2 if it is used wrongly', async () => {
  assert.equal((await match(['corp.com', 'corp.com/a', 'corp.com/b@v1.0.0'])).code, 0)
  assert.equal((await match(['corp.com', 'corp.com/a', 'other.com/b'])).code, 1)
  for (const args of [[], ['corp.com', 'https://corp.com/x'], ['corp.com', '--graph'], ['corp.com']]) {
    const { code, stdout, stderr } = await match(args, { cwd: '/' })
    assert.equal(code, 2, args.join(' '))
    assert.equal(stdout, '')
    assert.match(stderr, /next:/)
  }
})

test('modules come from standard input as `go list -m all` prints them, and the table has a cell a pattern', async () => {
  const input = 'main.example\ngit.corp.com/lib v1.2.3\n\n# a comment\ncorp.com v0.1.0\n'
  const { stdout, code } = await match(['*.corp.com,corp.com/*', '--table'], { input })
  assert.equal(code, 1)
  assert.deepEqual(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(/\s+/)),
    [
      ['*.corp.com', 'corp.com/*'],
      ['main.example', 'no', 'no'],
      ['git.corp.com/lib', 'yes', 'no'],
      ['corp.com', 'no', 'no'],
    ],
  )
})

test('the name of a setting stands for its value here, and the next command sets it', async () => {
  const { stdout, code } = await match(['GOPRIVATE', 'corp.com/x'], { env: { GOPRIVATE: '*.corp.com' } })
  assert.equal(code, 1)
  assert.match(stdout, /^GOPRIVATE is "\*\.corp\.com", in the environment\n/)
  assert.match(stdout, /\nnext: go env -w GOPRIVATE='\*\.corp\.com,corp\.com'\n$/)
})

test('no secret of a pattern is printed, and no character of it acts on a terminal', async () => {
  const { stdout } = await match(['https://me:hunter22@corp.com,\u001b[31mcorp.com', 'corp.com/x'])
  assert.doesNotMatch(stdout, /hunter22|\u001b/)
  assert.match(stdout, /corp\.com would match it/)
})

differential('generated lists and modules get the verdict of golang.org/x/mod', async ({ random, agree }) => {
  const words = ['corp', 'git', 'api', '*', 'c*', '*p', '?orp', '[a-g]it', '[', 'Corp', ' ', '']
  const entry = () => {
    const host = Array.from({ length: 1 + random.below(3) }, () => random.pick(words)).join('.')
    return host + random.pick(['', '', '/', '/*', '/lib', '/l*', '/lib/*', '//'])
  }
  const path = () => {
    const host = Array.from({ length: 2 + random.below(2) }, () => random.pick(['corp', 'git', 'api', 'notcorp'])).join(
      '.',
    )
    return host + random.pick(['', '/lib', '/lib/v2', '/other/lib', '/Lib'])
  }
  const list = () => Array.from({ length: 1 + random.below(3) }, entry).join(',')
  const inputs = Array.from({ length: 4000 }, (): [string, string] => [list(), path()])
  await agree({
    op: 'module.matchPrefixPatterns',
    inputs,
    ours: (patterns, path) => explainMatch(patterns, path).match,
  })
})

test('the real go goes past its proxy for exactly the modules that are said to match', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  // A proxy that refuses says 403 about whoever asks it; who goes direct fails at a resolver that knows nobody.
  const client = await goClient(t, { toolchain, proxy: 'http://127.0.0.1:1', sumdb: 'off' })
  const patterns = ['*.corp.test', 'corp.test/*', 'corp.test, git.corp.test', '*corp.test']
  const modules = ['corp.test', 'git.corp.test/x', 'git.api.corp.test/x', 'corp.test/lib', 'notcorp.test/x']
  for (const list of patterns) {
    const { stdout } = await client.run(['mod', 'download', '-json', ...modules.map((path) => `${path}@v1.0.0`)], {
      ...{ GONOPROXY: list, GOVCS: '*:off', HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '' },
    })
    const failed = stdout.split(/^(?=\{)/m).map((block) => JSON.parse(block) as { Path: string; Error: string })
    assert.equal(failed.length, modules.length)
    for (const { Path, Error } of failed) {
      const direct = !Error.includes(`http://127.0.0.1:1/${Path}/`)
      assert.equal(direct, explainMatch(list, Path).match, `${list} and ${Path}: ${Error}`)
    }
  }
})

const page = readFileSync(join(import.meta.dirname, '../docs/guide/settings.md'), 'utf8')

test('the pattern table of the page about settings is what the rules say', () => {
  const lines = page.split('\n')
  const head = lines.findIndex((line) => line.startsWith('| pattern '))
  const cells = (line: string) =>
    [...line.matchAll(/\| *(?:`([^`]*)`|([^|`]*?)) *(?=\|)/g)].map(([, code, plain]) => code ?? plain!)
  const [, ...paths] = cells(lines[head]!).filter((cell) => cell.includes('.') || cell === 'pattern')
  assert.equal(paths.length, 5)
  const rows = lines.slice(head + 2, lines.indexOf('', head)).map(cells)
  assert.ok(rows.length > 15)
  for (const [pattern = '', ...said] of rows) {
    for (const [index, path] of paths.entries()) {
      assert.equal(said[index], explainMatch(pattern, path).match ? 'yes' : 'no', `${pattern} and ${path}`)
    }
  }
})

test('what the page about settings shows of match is what match prints', async () => {
  const shown = fencedBlocks(page).find((block) => block.startsWith('$ ./modgate match '))!
  const [, patterns = '', modules = ''] = /^\$ \.\/modgate match '(.*)' (.*)\n/.exec(shown)!
  const { stdout } = await match([patterns, ...modules.split(' ')])
  assert.equal(stdout, shown.slice(shown.indexOf('\n') + 1))
})
