// Every script of test/scripts is a test: the real go, through a real gate, over the corpus.
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { suite, test } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { parseScript, runScript } from './harness/script.ts'

suite('scripts', { concurrency: 2 }, () => {
  for (const file of globSync(join(import.meta.dirname, 'scripts', '*.txtar')).sort()) {
    const script = parseScript(readFileSync(file, 'utf8'))
    const toolchains = script.alsoOlder ? (['go', 'older-go'] as const) : (['go'] as const)
    for (const name of toolchains) {
      test(`${script.claim} (${basename(file)}, ${name})`, async (t) => {
        const toolchain = await requireComponent(t, name)
        if (toolchain !== undefined) await runScript(t, script, toolchain)
      })
    }
  }
})
