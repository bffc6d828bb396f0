// Every fault that docs/guide/operate.md tells of is proved by a test, which the page names.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const page = readFileSync(join(import.meta.dirname, '../docs/guide/operate.md'), 'utf8')
const sources = globSync(join(import.meta.dirname, '*.test.ts')).map((file) => readFileSync(file, 'utf8'))

/** The names in tests are literals, or templates in which a name is put together from the words of a row. */
const named = sources.flatMap((source) =>
  [...source.matchAll(/\btest\(\s*(['"`])(.+?)\1,/gs)].map(([, , name]) => name!),
)
const words = sources.flatMap((source) =>
  [...source.matchAll(/\[?\s*(?:claim: )?'([^'\n]+)'/g)].map(([, text]) => text!),
)

const faultRows = page
  .slice(page.indexOf('## When something breaks'))
  .split('\n')
  .filter((line) => /^\| (?!what happens|-)/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  )

function isProved(name: string): boolean {
  return named.some((template) => {
    const [start = '', ...rest] = template.replaceAll("\\'", "'").split(/\$\{[^}]*\}/)
    if (rest.length === 0) return start === name
    const end = rest.at(-1)!
    // A template without words of its own has no name to offer.
    if (start === '' && end === '') return false
    if (start !== '' && start.startsWith(name)) return true
    if (!name.startsWith(start)) return false
    const middle = name.slice(start.length, end === '' || !name.endsWith(end) ? undefined : -end.length)
    return end.startsWith(' (seed') || (name.endsWith(end) && words.includes(middle))
  })
}

test('every fault of the page names a test that exists', () => {
  assert.ok(faultRows.length > 20)
  for (const row of faultRows) {
    assert.equal(row.length, 5, row.join())
    assert.ok(isProved(row[4]!), `no test is called: ${row[4]}`)
  }
})

test('a name that no test has is noticed', () => {
  assert.equal(isProved('a full moon stops what is new and nothing else, and is over when it is over'), false)
  assert.equal(isProved('a gate that nobody tested'), false)
})
