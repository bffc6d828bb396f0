import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const readme = read('README.md')
const examples = readdirSync(new URL('examples/', root)).filter((name) => name.endsWith('.ts'))

for (const name of examples) {
  test(`examples/${name} prints what it says`, () => {
    const said = Array.from(read(`examples/${name}`).matchAll(/ \/\/ → (.*)$/gm), ([, line]) => line)
    assert.ok(said.length > 0)
    const path = fileURLToPath(new URL(`examples/${name}`, root))
    const printed = execFileSync(process.execPath, ['--conditions=modgate-source', path], { encoding: 'utf8' })
    assert.deepEqual(printed.trimEnd().split('\n'), said)
  })

  test(`the README shows examples/${name} as it is`, () => {
    const block = `[examples/${name}](examples/${name})\n\n\`\`\`ts\n${read(`examples/${name}`)}\`\`\`\n`
    assert.ok(readme.includes(block))
  })
}

test('the README lists each room that can be imported, and no other', () => {
  const rooms = readdirSync(new URL('src/', root)).filter((name) => existsSync(new URL(`src/${name}/index.ts`, root)))
  const listed = Array.from(readme.matchAll(/^\| `@modgate\/gomod\/(\w+)`/gm), ([, room]) => room)
  assert.deepEqual(listed.toSorted(), rooms.toSorted())
})
