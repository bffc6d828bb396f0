// A private module from Mercurial through a whole gate: off unless --vcs names hg, and then the real go builds with its two lines.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { codeHost } from './harness/hg-code-host.ts'
import { hgTool, makeHgRepository } from './harness/hg-repository.ts'
import { serveHg } from './harness/hg-server.ts'
import { connectProxy } from './harness/known-failures/servers.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

const host = 'code.corp.test'
const lib = `${host}/lib`
const password = 'hunter2hunter2'

test('the go command builds with a module from Mercurial, of which it knows nothing', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'hg')) === undefined) return
  if ((await requireComponent(t, 'openssl')) === undefined) return
  const hg = await hgTool(t)
  const directory = await temporaryDirectory(t)
  makeHgRepository(hg, join(directory, 'lib'), (r) => {
    r.commit({ 'go.mod': `module ${lib}\n\ngo 1.20\n`, 'lib.go': 'package lib\n\nconst Name = "first"\n' })
    r.tag('v1.0.0')
  })
  const authorization = `Basic ${Buffer.from(`gate:${password}`).toString('base64')}`
  const code = await codeHost(t, { host, authorization, behind: await serveHg(t, directory) })
  const home = await temporaryDirectory(t)
  await writeFile(join(home, '.netrc'), `machine ${host} login gate password ${password}\n`)
  const upstream = await corpusUpstream(t)
  const given = ['--upstream', upstream.url, '--sumdb', upstream.database.key]
  const flags = [...given, '--log-name', 'gate.test', '--private', '*.corp.test']
  const ca = { NODE_EXTRA_CA_CERTS: code.certFile, SSL_CERT_FILE: code.certFile }
  const env = { HOME: home, HTTPS_PROXY: await connectProxy(t, code.port), NO_PROXY: '127.0.0.1', ...ca }

  const without = await startGate(t, { flags, env })
  const refused = await fetch(`${without.url}/${lib}/@v/list`)
  const words = await refused.text()
  assert.equal(refused.status, 403, words)
  assert.match(words, /kept in hg, which is switched off/)
  assert.match(words, /--vcs \(MODGATE_VCS\): git,hg/)
  await without.stop()

  const gate = await startGate(t, { flags: [...flags, '--vcs', 'git,hg'], env })
  const sumdb = /^export GOSUMDB=(\S+)$/m.exec(await (await fetch(gate.url)).text())![1]!
  const main = `package main\n\nimport "${lib}"\n\nfunc main() { println(lib.Name) }\n`
  const files = { 'go.mod': 'module main.example\n\ngo 1.20\n', 'main.go': main }
  const client = await goClient(t, { toolchain, proxy: gate.url, sumdb, files })
  const got = await client.run(['get', `${lib}@v1.0.0`])
  assert.equal(got.code, 0, got.stderr)
  const ran = await client.run(['run', '.'])
  assert.match(ran.stderr, /^first$/m, ran.stderr)
  assert.equal(upstream.count(/corp/), 0, 'no upstream hears the name')
  assert.ok(gate.log.every((line) => !line.includes(password)))
})
