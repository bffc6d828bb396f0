// `modgate verify --vendor`: what the real go has vendored agrees, and whatever is changed in it is named.
import assert from 'node:assert/strict'
import { appendFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { goClient } from './harness/go-client.ts'
import { corpusUpstream } from './harness/upstream.ts'

const files = {
  'go.mod': 'module main.example\n\ngo 1.20\n\nrequire hello.example/hello v1.1.0\n',
  'main.go': 'package main\n\nimport _ "hello.example/hello"\n\nfunc main() {}\n',
}

interface Change {
  readonly claim: string
  readonly change: (vendor: string) => Promise<void>
  readonly said: RegExp
}

const source = 'hello.example/hello/hello.go'
const changes: readonly Change[] = [
  { claim: 'a longer file', change: (vendor) => appendFile(join(vendor, source), '\n'), said: /^changed: hello[.]example\/hello\/hello[.]go$/m },
  { claim: 'an empty file', change: (vendor) => writeFile(join(vendor, source), ''), said: /^changed: hello[.]example\/hello\/hello[.]go$/m },
  { claim: 'a missing file', change: (vendor) => rm(join(vendor, source)), said: /^missing: hello[.]example\/hello\/hello[.]go$/m },
  { claim: 'one file too many', change: (vendor) => writeFile(join(vendor, 'evil.go'), ''), said: /^extra: evil[.]go$/m },
  { claim: 'another list', change: (vendor) => appendFile(join(vendor, 'modules.txt'), '# more\n'), said: /^changed: modules[.]txt$/m },
] // prettier-ignore

test('what go mod vendor has written agrees, and each change is named', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files })
  const vendored = async () => {
    for (const args of [
      ['mod', 'tidy'],
      ['mod', 'vendor'],
    ]) {
      const { code, stderr } = await go.run(args)
      assert.equal(code, 0, stderr)
    }
  }
  const verified = (...args: readonly string[]) =>
    runCommand(['verify', '--vendor', ...args], {
      home: go.env['HOME']!,
      cwd: go.directory,
      environment: { ...go.env, GOPROXY: 'off' },
    })
  await vendored()
  const sound = await verified()
  assert.deepEqual([sound.code, sound.stderr], [0, ''])
  assert.match(sound.stdout, /: \d+ files? of modules\nall agree\n$/)
  for (const { claim, change, said } of changes) {
    await vendored()
    await change(join(go.directory, 'vendor'))
    const { code, stdout, stderr } = await verified()
    assert.deepEqual([code, stderr], [1, ''], claim)
    assert.match(stdout, said, claim)
    assert.match(stdout, /^1 do not agree$/m)
    const { differences } = JSON.parse((await verified('--json')).stdout) as {
      readonly differences: readonly unknown[]
    }
    assert.equal(differences.length, 1, claim)
  }
})
