import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readmeTable } from './readme.ts'
import type { Results } from './results.ts'

function run(date: string, seconds: number): Results {
  const figures = { gate: { seconds: { median: seconds, samples: [seconds] } } }
  const verdicts = [{ what: 'seconds: gate / nginx', value: seconds, atMost: 2 }]
  return {
    date,
    machine: 'machine.test',
    cpu: 'a processor',
    cores: 2,
    memoryGB: 8,
    system: 'linux',
    commit: 'abc',
    command: 'npm run bench -- --rows warm-small',
    runs: 1,
    contestants: { gate: { version: '1.2.3, Node 26', conditions: '' } },
    rows: { 'warm-small': { title: 'warm things', figures, verdicts, notes: [] } },
  }
}

test('the table shows the newest result of a row, its verdict and the command that made it', () => {
  const text = readmeTable([run('2026-11-01T00:00:00Z', 7), run('2026-11-02T00:00:00Z', 3)])
  assert.match(text, /\| gate 1\.2\.3 \| 3 \|/)
  assert.match(text, /seconds: gate \/ nginx: \*\*3\*\*, missed by 50 % \(≤ 2\)/)
  assert.match(text, /`npm run bench -- --rows warm-small`, 2026-11-02, 2 cores of a processor, commit abc/)
  assert.doesNotMatch(text, /2026-11-01/)
})

test('without results the table says so', () => {
  assert.equal(readmeTable([]), 'No results yet.')
})
