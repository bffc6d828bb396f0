import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Failure } from '../core/failure.ts'
import { readHookSecrets } from './hook-secrets.ts'

const good = 'sixteen letters.'
const rows: readonly (readonly [
  claim: string,
  text: string | undefined,
  mode: number,
  says: RegExp | readonly string[],
])[] = [
  ['one secret', `${good}\n`, 0o600, [good]],
  ['two of them, with space around', `\n ${good}\r\n\nanother ${good}`, 0o400, [good, `another ${good}`]],
  ['a file that the group may read', good, 0o640, /others than its owner/],
  ['a short secret', `${good}\nshort`, 0o600, /less than 16 characters/],
  ['an empty file', ' \n', 0o600, /holds no secret/],
  ['too many', `${good}\n`.repeat(65), 0o600, /more than 64/],
  ['a file without end', good.repeat(5000), 0o600, /too large/],
  ['no file', undefined, 0o600, /no such file/],
]

for (const [claim, text, mode, says] of rows) {
  test(`${claim}: ${says instanceof RegExp ? says.source : `${says.length} read`}`, async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'modgate-hook-'))
    t.after(() => rm(directory, { recursive: true }))
    const path = join(directory, 'secret')
    if (text !== undefined) await writeFile(path, text, { mode })
    if (!(says instanceof RegExp)) {
      assert.deepEqual(await readHookSecrets(path), says)
      return
    }
    await assert.rejects(readHookSecrets(path), (error) => {
      assert.ok(error instanceof Failure && error.code === 'configuration')
      assert.ok(!error.message.includes(good))
      return says.test(error.why)
    })
  })
}
