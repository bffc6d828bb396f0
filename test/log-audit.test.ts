// The audit of a gate's log, while the gate runs and after its files were touched, with the public database beside it.
import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { runCommand } from './harness/command.ts'
import { startGate } from './harness/gate.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

const name = 'gate.test/log'
const priv = 'private.example/team/secret'
const modules = ['hello.example/hello@v1.0.0', `${priv}@v1.0.0`, 'hello.example/hello@v1.1.0']

async function world(t: TestContext) {
  const upstream = await corpusUpstream(t)
  const data = await temporaryDirectory(t)
  const shared = ['--upstream', upstream.url, '--sumdb', upstream.database.key, '--private', 'private.example']
  const route = ['--route', `private.example=${upstream.url}`, '--log-name', name]
  const gate = await startGate(t, { data, flags: [...shared, ...route] })
  for (const module of modules) {
    assert.equal((await fetch(`${gate.url}/sumdb/${name}/lookup/${module}`)).status, 200)
  }
  const machine = { home: data, cwd: data, environment: { PATH: '/usr/bin:/bin' } }
  const audit = (...more: readonly string[]) =>
    runCommand(['log', 'audit', '--data', data, ...shared, ...more], machine)
  const file = (path: string) => join(data, 'modules/sumdb', name, path)
  return { upstream, gate, audit, file, data }
}

test('a log is clean while its gate runs, its public records are those of the database, and the private name stays here', async (t) => {
  const { audit, upstream } = await world(t)
  const { code, stdout, stderr } = await audit()
  assert.equal(code, 0, stdout + stderr)
  assert.match(stdout, /^the 3 records of gate\.test\/log lead to the signed root /m)
  assert.match(stdout, /^public records as in \S+: 2, other than there: 0; private, and not asked about: 1$/m)
  assert.match(stdout, /^nothing is damaged$/m)
  assert.equal(upstream.count('/sumdb/*private*'), 0)
})

test('a tampered entry, a forged tile and a forged lookup are named by file, and what can be is mended', async (t) => {
  const { audit, gate, file } = await world(t)
  await gate.stop()
  await writeFile(file('tile/8/0/000.p/3'), Buffer.alloc(96))
  const lookup = file(`lookup/${priv}@v1.0.0`)
  await writeFile(lookup, (await readFile(lookup, 'utf8')).replace(/h1:..../, 'h1:AAAA'))
  const found = await audit('--no-public')
  assert.equal(found.code, 1)
  assert.match(found.stdout, /^damaged sumdb\/gate\.test\/log\/tile\/8\/0\/000\.p\/3: does not hold the hashes/m)
  assert.match(
    found.stdout,
    /^damaged sumdb\/\S+secret@v1\.0\.0: does not hold record 1\n {2}--repair writes it anew$/m,
  )
  const mended = await audit('--no-public', '--repair', '--json')
  assert.equal(mended.code, 0)
  assert.equal((JSON.parse(mended.stdout) as { readonly damaged: number }).damaged, 2)
  assert.equal((await audit('--no-public')).code, 0)
  const records = file('tile/8/data/000.p/3')
  await writeFile(records, (await readFile(records, 'utf8')).replace(/h1:..../, 'h1:AAAA'))
  const tampered = await audit('--no-public', '--repair')
  assert.equal(tampered.code, 1)
  assert.match(tampered.stdout, /data\/000\.p\/3: record 0 is not what was signed\n {2}restore it from a copy/)
})

test('a database that cannot be asked is said, and makes no record wrong', async (t) => {
  const { audit, upstream, data } = await world(t)
  await upstream.stop()
  await rm(join(data, 'modules/sumdb', upstream.database.key.split('+')[0]!), { recursive: true })
  const { code, stdout, stderr } = await audit()
  assert.equal(code, 1)
  assert.match(
    stdout,
    /other than there: 0; private, and not asked about: 1\n2 could not be compared: .*cannot be asked/,
  )
  assert.match(stderr, /newest head of \S+ cannot be had/)
})
