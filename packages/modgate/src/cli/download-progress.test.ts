import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { downloadProgress } from './download-progress.ts'
import type { Terminal } from './progress.ts'

/** A terminal of so many columns, and the lines that were written one over the other. */
function terminal(columns: number): { readonly screen: Terminal; readonly lines: () => readonly string[] } {
  let text = ''
  const stderr = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      text += chunk
      done()
    },
  })
  Object.assign(stderr, { isTTY: true, columns })
  return { screen: { stderr, env: {} }, lines: () => text.split('\r\x1b[K').slice(1) }
}

test('the line says what brings no bytes, and is written again while nothing comes', { timeout: 60_000 }, async () => {
  const { screen, lines } = terminal(120)
  const progress = downloadProgress(screen)
  progress.at('repository', 1)
  while (lines().length < 2) await sleep(20)
  assert.match(lines().at(-1)!, /^download: reading the module graph, .*, 1 from repositories$/)
  progress.total(3)
  progress.at('repository', -1)
  progress.at('unpacking', 1)
  progress.at('unpacking', 1)
  while (!/0 of 3 modules, .*, unpacking 2$/.test(lines().at(-1)!)) await sleep(20)
  progress.end()
  const count = lines().length
  assert.equal(lines().at(-1), '')
  await sleep(700)
  assert.equal(lines().length, count)
})

test('a line is no longer than the terminal is wide, as far as that is known', () => {
  for (const [columns, shown] of [
    [30, 'download: reading the module '],
    [0, 'download: reading the module graph, 0 B, 0 B/s, 1 from repositories'],
  ] as const) {
    const { screen, lines } = terminal(columns)
    const progress = downloadProgress(screen)
    progress.at('repository', 1)
    assert.deepEqual(lines(), [shown])
    progress.end()
  }
})
