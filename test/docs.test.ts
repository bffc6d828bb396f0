// The documents speak of files and of each other: what they name must be there.
import assert from 'node:assert/strict'
import { existsSync, globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { runCommand } from './harness/command.ts'
import { codeSpans, fencedBlocks, headingAnchors, linkTargets } from './harness/markdown.ts'

const root = resolve(import.meta.dirname, '..')
const documents = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'bench/*.md'], { cwd: root }).sort()
const architecture = 'docs/architecture.md'

/** Where a path in prose may begin, beside the document's own folder. The architecture page leaves out the workspace of a room. */
const bases = ['.', 'packages/modgate/src', 'packages/gomod/src']
const folders = globSync('*/', { cwd: root }).filter((name) => name !== 'node_modules')
const sourceFile = /\.(ts|mjs|sh|md|json|txtar)$/

describe('the documents', () => {
  for (const document of documents) {
    test(`${document} names files that exist`, async () => {
      const paths = namedPaths(await readFile(resolve(root, document), 'utf8'))
      const missing = paths.filter((path) => !exists(path, dirname(document)))
      assert.deepEqual(missing, [])
    })

    test(`${document} links to files and headings that exist`, async () => {
      const broken: string[] = []
      for (const target of linkTargets(await readFile(resolve(root, document), 'utf8'))) {
        if (!(await resolves(document, target))) broken.push(target)
      }
      assert.deepEqual(broken, [])
    })
  }

  test('a path, a file or a heading that is not there is noticed', async () => {
    const paths = namedPaths(
      '`layer/nowhere.ts`, `docs/nowhere/`, `nowhere/`, but `go mod tidy` and `corp.example/lib`',
    )
    assert.deepEqual(paths, ['layer/nowhere.ts', 'docs/nowhere/', 'nowhere/'])
    assert.ok(!paths.some((path) => exists(path, '.')))
    for (const target of ['docs/nowhere.md', '#nowhere', 'README.md#nowhere']) {
      assert.equal(await resolves('README.md', target), false, target)
    }
    assert.equal(await resolves('README.md', 'CONTRIBUTING.md#set-up'), true)
  })

  for (const document of documents.filter((name) => /^(README|docs\/guide\/|packages\/)/.test(name))) {
    test(`${document} calls modgate as it can be called`, async () => {
      const wrong: string[] = []
      for (const call of modgateCalls(await readFile(resolve(root, document), 'utf8'))) {
        if (!(await isCall(call))) wrong.push(call)
      }
      assert.deepEqual(wrong, [])
    })
  }

  test('a command or a flag that is not there is noticed', async () => {
    const calls = modgateCalls(
      '```console\n$ eval "$(./modgate onboard)"\n$ modgate log key --data D  # why --not\n$ x | modgate explain -\n$ modgate nowhere\n```\n`modgate log nowhere`',
    )
    assert.deepEqual(calls, ['onboard', 'log key --data D', 'explain -', 'nowhere'])
    assert.deepEqual(await Promise.all(calls.map(isCall)), [true, true, true, false])
    assert.deepEqual(await Promise.all(['log key --nowhere', 'log nowhere', 'serve --listen x'].map(isCall)), [
      false,
      false,
      true,
    ])
  })

  test('the way of a request names enough files to be followed', async () => {
    const paths = namedPaths(await readFile(resolve(root, architecture), 'utf8'))
    assert.ok(new Set(paths).size > 40, `only ${paths.length}`)
  })

  test('the architecture page names every room that has a source', async () => {
    const named = new Set(codeSpans(await readFile(resolve(root, architecture), 'utf8')))
    const rooms = globSync('packages/*/src/*/*.ts', { cwd: root }).map((file) => `${dirname(file).split('/').pop()}/`)
    assert.deepEqual([...new Set(rooms)].filter((room) => !named.has(room)).sort(), [])
  })

  test('the index of decisions has every decision', async () => {
    const index = linkTargets(await readFile(resolve(root, 'docs/decisions/README.md'), 'utf8'))
    assert.deepEqual(
      [...index].sort(),
      globSync('docs/decisions/[0-9]*.md', { cwd: root })
        .map((file) => relative('docs/decisions', file))
        .sort(),
    )
  })

  test('the script in CONTRIBUTING.md is the one that it names', async () => {
    const blocks = fencedBlocks(await readFile(resolve(root, 'CONTRIBUTING.md'), 'utf8'))
    const script = await readFile(resolve(root, 'test/scripts/list-versions.txtar'), 'utf8')
    assert.ok(blocks.includes(script))
  })
})

/** What stands behind `modgate` in console and shell blocks, to the end of that command. */
function modgateCalls(markdown: string): string[] {
  const lines = fencedBlocks(markdown).flatMap((block) => block.split('\n'))
  return lines.flatMap((line) => {
    const call = /(?:^|[$|(] ?)(?:\.\/|npx )?modgate ([a-z][^#|)>"]*)/.exec(line.replace(/^\s*next: .*/, ''))?.[1]
    // `modgate COMMAND: …` is what a command has said, and what follows -- is somebody else's command.
    if (call === undefined || call.startsWith('is ready') || /^\w+: /.test(call)) return []
    return [call.replace(/ -- .*/, '').trim()]
  })
}

/** Whether there are such a command and such flags. */
async function isCall(call: string): Promise<boolean> {
  const [first = '', second = '', ...rest] = call.split(/\s+/)
  const machine = { home: root, cwd: root, environment: {} }
  const help = async (...words: readonly string[]) => runCommand([...words, '--help'], machine)
  const { code, stdout } = await help(first)
  if (code !== 0) return false
  const isGroup = /^COMMANDS$/m.test(stdout)
  const member = second === '' || second.startsWith('--') ? 'run' : second
  if (isGroup && (await help(first, member)).code !== 0) return false
  const known = isGroup ? stdout + (await help(first, member)).stdout : stdout
  return [second, ...rest].filter((word) => word.startsWith('--')).every((flag) => known.includes(flag.split('=')[0]!))
}

/** Code spans that look like paths of the working copy: below one of its folders, a room, or a source file in a folder. */
function namedPaths(markdown: string): string[] {
  return codeSpans(markdown)
    .map((span) => span.replace(/^npm test -- /, '').replace(/^\.\//, ''))
    .filter((span) => /^[\w.@-]+(\/[\w.@*-]+)*\/?$/.test(span) && looksLikePath(span))
}

function looksLikePath(span: string): boolean {
  if (span.endsWith('/') && span.indexOf('/') === span.length - 1) return true
  const [first = ''] = span.split('/')
  return span.includes('/') && (folders.includes(first) || sourceFile.test(span))
}

function exists(path: string, folder: string): boolean {
  const places = [folder, ...bases].map((base) => resolve(root, base, path))
  return places.some((place) => (place.includes('*') ? globSync(place).length > 0 : existsSync(place)))
}

/** Whether a link leads somewhere: a file beside the document, and a heading in it. Other sites are not asked. */
async function resolves(document: string, target: string): Promise<boolean> {
  if (/^[a-z]+:/.test(target)) return true
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? resolve(root, document) : resolve(root, dirname(document), path)
  if (!existsSync(file)) return false
  return anchor === undefined || headingAnchors(await readFile(file, 'utf8')).includes(anchor)
}
