import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { failsWith } from '../test-peers.ts'
import type { Git } from './git-command.ts'
import type { FetchReport } from './git-fetch.ts'
import { defaultProgramLimits } from './program-access.ts'
import { watchedFetch } from './watched-fetch.ts'

const call = { repository: '/x', args: ['pull'], asked: 'history of x', who: 'https://code.example/lib' }
const limits = { ...defaultProgramLimits, fetchBytes: 1_000 }

/** A program that writes so many bytes into the mirror, and is watched while it does or not at all. */
const writing = (repository: string, bytes: number, isSeen: boolean): Git => ({
  run: () => Promise.reject(new Error('not run here')),
  async *stream() {},
  async watched(_, watch) {
    await writeFile(join(repository, 'data'), Buffer.alloc(bytes))
    const refused = isSeen ? await watch() : undefined
    if (refused) throw refused
    return { code: 0, stderr: '', isClean: true }
  },
})

const rows: readonly (readonly [bytes: number, isSeen: boolean, result: string])[] = [
  [900, true, 'ok'],
  [2_000, true, 'origin-too-large'],
  [2_000, false, 'origin-too-large'],
]

for (const [bytes, isSeen, result] of rows) {
  test(`a fetch of ${bytes} bytes, watched ${isSeen ? 'in time' : 'too late'}, is ${result}`, async (t) => {
    const repository = await mkdtemp(join(tmpdir(), 'modgate-fetch-'))
    t.after(() => rm(repository, { recursive: true, force: true }))
    const reports: FetchReport[] = []
    const hold = { isSpoiled: false, isNew: false, repository, spoil: () => (hold.isSpoiled = true) }
    const program = writing(repository, bytes, isSeen)
    const fetching = watchedFetch({ program, call, limits, report: (each) => reports.push(each) }, hold)
    if (result === 'ok') assert.equal((await fetching).code, 0)
    else await assert.rejects(fetching, failsWith('origin-too-large', /more than 1000 bytes/))
    assert.equal(hold.isSpoiled, result !== 'ok', 'what has too much in it is not used again')
    assert.deepEqual(
      reports.map((each) => [each.result, each.bytes]),
      [[result, bytes]],
    )
  })
}
