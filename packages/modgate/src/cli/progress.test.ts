import assert from 'node:assert/strict'
import { PassThrough, type Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { countProgress, progress, transferProgress, type Terminal } from './progress.ts'

/** All that a progress of one step writes to a stream that is a terminal or not. */
async function shown(env: Terminal['env'], isTTY: boolean, show: (terminal: Terminal) => void): Promise<string> {
  const stderr = new PassThrough()
  Object.assign(stderr, { isTTY })
  show({ stderr: stderr satisfies Writable, env })
  stderr.end()
  return text(stderr)
}

const bars: readonly (readonly [string, (terminal: Terminal) => void, RegExp])[] = [
  [
    'one of a number',
    (terminal) => countProgress(terminal, 'prove', 1, 'record').done(1),
    /prove \[#+\] 1 of 1 record$/,
  ],
  [
    'one of nobody knows how many',
    (terminal) => countProgress(terminal, 'prove', 0, 'record').done(1),
    /prove 1 record$/,
  ],
  ['bytes in files', (terminal) => progress(terminal, 'write', 0).done(5), /write 5 B, 1 file$/],
  [
    'one of what is carried',
    (terminal) => transferProgress(terminal, 'warm', 2, 'version').done(5),
    /1 of 2 versions, 5 B$/,
  ],
]
describe('progress is a line that is written over, where that can be', () => {
  for (const [claim, show, want] of bars) {
    test(`${claim}: on a terminal`, async () => assert.match(await shown({ TERM: 'xterm' }, true, show), want))
    test(`${claim}: not on a terminal that cannot`, async () =>
      assert.equal(await shown({ TERM: 'dumb' }, true, show), ''))
    test(`${claim}: not in a file`, async () => assert.equal(await shown({}, false, show), ''))
  }
})
