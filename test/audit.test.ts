// Repositories as text, each with what an audit finds in it: test/audit/*.txtar.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { parse } from '@modgate/gomod/txtar'
import { runCommandLine } from '../packages/modgate/src/cli/command-line.ts'
import { thisMachine } from '../packages/modgate/src/config/index.ts'
import { audit } from '../packages/modgate/src/inspect/audit/audit.ts'
import { auditEvidence, type AuditFinding } from '../packages/modgate/src/inspect/audit/evidence.ts'
import { readRepository } from '../packages/modgate/src/inspect/evidence/repository.ts'
import { givenFiles } from '../packages/modgate/src/inspect/evidence/repository-files.ts'
import { findingsFormats } from '../packages/modgate/src/report/findings-format.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

/** One line of `findings`: `MG0901 problem Dockerfile:3 title`. */
function shown({ id, severity, evidence, title }: AuditFinding): string {
  const [first] = evidence
  return `${id} ${severity} ${
    first
      ? `${first.place}:${evidence
          .filter(({ place }) => place === first.place)
          .map(({ line }) => line)
          .join(',')} `
      : ''
  }${title}`
}

for (const path of globSync(join(import.meta.dirname, 'audit/*.txtar')).sort()) {
  const { comment, files } = parse(readFileSync(path, 'utf8'))
  test(`${basename(path, '.txtar')}: ${comment.trim()}`, async () => {
    const texts = Object.fromEntries(
      files.filter(({ name }) => name !== 'findings').map(({ name, data }) => [name, data]),
    )
    const repository = await readRepository('.', givenFiles(texts))
    const found = audit(auditEvidence(repository)).map(shown)
    const expected = files.find(({ name }) => name === 'findings')!.data
    assert.equal(found.map((line) => `${line}\n`).join(''), expected)
  })
}

interface Ran {
  readonly code: number
  readonly output: string
}

/** Runs the command line in a directory of its own. */
async function modgate(cwd: string, ...args: string[]): Promise<Ran> {
  const parts: string[] = []
  const stream = () =>
    new Writable({
      write(chunk, _encoding, done) {
        parts.push(String(chunk))
        done()
      },
    })
  const streams = { stdout: stream(), stderr: stream() }
  const code = await runCommandLine(['audit', ...args], streams, { ...thisMachine(), cwd, environment: {} })
  return { code, output: parts.join('') }
}

test('links, pipes, huge and binary files of a repository are left out, and odd names stay on their line', async (t) => {
  const outside = await temporaryDirectory(t)
  await writeFiles(outside, { 'secret.sh': 'export GOSUMDB=off\n' })
  const root = await temporaryDirectory(t)
  await writeFiles(root, {
    'go.mod': 'module example.com/app\n',
    'big.sh': `export GOSUMDB=off\n${'#'.repeat(1024 * 1024)}`,
    'binary.sh': 'export GOSUMDB=off\n\0',
    'two\nlines.sh': 'export GOSUMDB=off\n',
  })
  await symlink(root, join(root, 'loop'))
  await symlink(outside, join(root, 'away'))
  await symlink(join(outside, 'secret.sh'), join(root, 'link.sh'))
  const { code, output } = await modgate(root, '--verbose')
  assert.equal(code, 1)
  assert.match(output, /two lines\.sh:1: GOSUMDB=off/)
  assert.match(output, /not looked at: big\.sh: not small enough\nnot looked at: binary\.sh: not text/)
  assert.doesNotMatch(output, /link\.sh|away|loop/)
})

test('a directory of repositories is a table, the worst on top, and the exit code follows --fail-on', async (t) => {
  const root = await temporaryDirectory(t)
  await writeFiles(root, {
    'clean/go.mod': 'module example.com/clean\n',
    'off/.git/HEAD': 'ref: refs/heads/main\n',
    'off/Dockerfile': 'FROM golang\nENV GOSUMDB=off\n',
    'warned/go.mod': 'module example.com/warned\n',
    'warned/a.sh': 'export GONOSUMCHECK=1\n',
  })
  const { code, output } = await modgate(root)
  assert.equal(code, 1)
  assert.deepEqual(
    output.split('\n').map((line) => line.split(/ +/)[0]),
    ['repository', 'off', 'warned', 'clean', '3', ''],
  )
  const rows = [
    ['off', 'problem', 1],
    ['off', 'never', 0],
    ['warned', 'problem', 0],
    ['warned', 'warning', 1],
    ['clean', 'warning', 0],
  ] as const
  for (const [name, failOn, expected] of rows)
    assert.equal((await modgate(root, name, '--fail-on', failOn)).code, expected, `${name} ${failOn}`)
  assert.equal((await modgate(root, 'nowhere')).code, 2)
})

test('credentials in a file are found and never shown, in any form', async (t) => {
  const root = await temporaryDirectory(t)
  const GOPROXY = 'GOPROXY=https://robot:planted-password@proxy.example,direct'
  await writeFiles(root, { 'go.mod': 'module example.com/app\n', '.env': `${GOPROXY}\n` })
  for (const format of findingsFormats) {
    const { code, output } = await modgate(root, '--format', format)
    assert.equal(code, 1)
    assert.match(output, /credentials/)
    assert.doesNotMatch(output, /planted/)
  }
})

test('a report for programs has the modules of each finding', async (t) => {
  const root = await temporaryDirectory(t)
  const files = { 'go.mod': 'module a.example/m\n\nrequire b.example/m v1.0.0\n', 'x.sh': 'export GOSUMDB=off\n' }
  await writeFiles(root, files)
  const { output } = await modgate(root, '--json')
  const report = JSON.parse(output) as { findings: AuditFinding[]; summary: object; repositories: object[] }
  const found = report.findings.find(({ id }) => id === 'MG0901')
  assert.deepEqual(found?.modules, ['b.example/m@v1.0.0'])
  assert.equal(report.repositories.length, 1)
})
