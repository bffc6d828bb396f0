import { hashGoMod } from '@modgate/gomod/dirhash'
import { ErrorList, formatSum, parseSum } from '@modgate/gomod/modfile'
import { create } from '@modgate/gomod/zip'
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { requireComponent } from '../harness/components.ts'
import { type GoClient, goClient } from '../harness/go-client.ts'
import { temporaryDirectory, writeFiles } from '../harness/temporary.ts'
import { Random } from './random.ts'

const module = { path: 'example.test/m', version: 'v1.0.0' }
const goMod = `module ${module.path}\n`
const emptyGoMod = 'h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY='

/** A module proxy in a directory, with one module of one file. */
async function proxyDirectory(t: TestContext): Promise<string> {
  const directory = await temporaryDirectory(t)
  const parts: Uint8Array[] = []
  const content = Buffer.from(goMod)
  const file = { path: 'go.mod', kind: 'file', size: content.length, open: () => [content] } as const
  await create({ write: (bytes) => void parts.push(bytes) }, module, [file])
  const zip = Buffer.concat(parts)
  const name = `${module.path}/@v/${module.version}`
  const info = JSON.stringify({ Version: module.version, Time: '2020-01-01T00:00:00Z' })
  await writeFiles(directory, { [`${name}.info`]: info, [`${name}.mod`]: goMod, [`${name}.zip`]: '' })
  await writeFile(join(directory, ...`${name}.zip`.split('/')), zip)
  return pathToFileURL(directory).href
}

/** Lines in any order, some twice, some with spaces that do not matter, some with a hash that go drops. */
function goSum(random: Random): string {
  const line = () => {
    const path = random.pick([
      'a.example',
      'a.example/b',
      'B.example',
      'é.example',
      'x\uffff',
      'x\u{10000}',
      'bad',
      '<&>',
    ])
    const version = random.pick(['v1.0.0', 'v1.10.0', 'v1.9.0', 'v2.0.0+incompatible', 'v1.0.0-pre', 'v0.1.0'])
    const file = random.pick(['', '/go.mod', '/go.mod', '/other'])
    const hash = random.pick(['h1:a', 'h1:b', 'h2:é', 'x', emptyGoMod])
    const space = random.pick([' ', ' ', '  ', '\t', '\u00a0', '\u2003'])
    return `${random.pick(['', '', ' '])}${path}${space}${version}${file}${space}${hash}${random.pick(['', '', ' ', '\r'])}`
  }
  return (
    random.some(40, () => (random.once(12) ? random.pick(['', ' ', '\t\r']) : line())).join('\n') +
    random.pick(['', '\n'])
  )
}

async function client(t: TestContext): Promise<GoClient | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const proxy = await proxyDirectory(t)
  const main = `module example.test/main\n\ngo 1.22\n\nrequire ${module.path} ${module.version}\n`
  return goClient(t, { toolchain, proxy, sumdb: 'off', files: { 'go.mod': main } })
}

test('go.sum is read and written as the go command does', async (t) => {
  const random = new Random()
  const go = await client(t)
  if (go === undefined) return
  // All that this command adds: the hash of the go.mod of what is required.
  const added = { ...module, goMod: true, h1: hashGoMod(goMod) }
  for (const text of random.times(8, () => goSum(random))) {
    await go.write({ 'go.sum': text })
    const { code, stderr } = await go.run(['mod', 'download'])
    assert.equal(code, 0, stderr)
    const written: string = await readFile(join(go.directory, 'go.sum'), 'utf8')
    assert.equal(formatSum([...parseSum(text), added]), written, `DIFFERENTIAL_SEED=${random.seed}`)
  }
})

test('a malformed go.sum is refused in the words of the go command, with the line', async (t) => {
  const random = new Random()
  const go = await client(t)
  if (go === undefined) return
  for (const text of random.times(6, () => goSum(random))) {
    const broken = `${text.replace(/\n?$/, '\n')}${random.pick(['a', 'a b', 'a b c d', 'a v1 h1:x \u0085 e'])}\nnext line\n`
    await go.write({ 'go.sum': broken })
    const { code, stderr } = await go.run(['mod', 'download'])
    assert.notEqual(code, 0)
    assert.throws(
      () => parseSum(broken, join(go.directory, 'go.sum')),
      (error) => error instanceof ErrorList && stderr.includes(error.message),
      `DIFFERENTIAL_SEED=${random.seed}\n${stderr}`,
    )
  }
})
