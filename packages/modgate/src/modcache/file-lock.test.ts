import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { Failure } from '../core/failure.ts'
import { fileLocks } from './file-lock.ts'

const isInstalled = (program: string) => spawnSync(program, ['--version']).error === undefined
const skip = isInstalled('perl') && isInstalled('flock') ? false : 'no perl or no flock of util-linux here'
if (skip !== false && process.env['CI'] !== undefined) throw new Error(skip)

/** Whether another program could lock it now. */
function isFree(file: string): boolean {
  return spawnSync('flock', ['-x', '-n', file, 'true']).status === 0
}

describe('a lock of the module cache', { skip }, () => {
  let directory = ''
  let file = ''
  const path = process.env['PATH']
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'modgate-lock-'))
    file = join(directory, 'not there yet', 'a file of\nany name.lock')
  })
  afterEach(() => {
    process.env['PATH'] = path
    rmSync(directory, { recursive: true })
  })

  const ways = [
    ['by the program that holds all', () => undefined],
    ['where there is no Perl, by flock alone', () => onlyPrograms(directory, ['flock'])],
  ] as const
  for (const [way, prepare] of ways) {
    test(`is one that other programs see, until it is given back, ${way}`, async () => {
      prepare()
      const locks = fileLocks(AbortSignal.timeout(60_000))
      const lock = await locks.take(file)
      lock.mustHold()
      assert.equal(isFree(file), false)
      lock.release()
      await until(() => isFree(file))
      locks.close()
    })
  }

  test('is waited for while somebody else has it', async () => {
    const locks = fileLocks(AbortSignal.timeout(60_000))
    const [first, second] = [await locks.take(file), locks.take(file)]
    let came = false
    void second.then(() => (came = true))
    // Somebody who asks later for another one does not wait with it.
    const other = await locks.take(join(directory, 'other.lock'))
    assert.equal(came, false)
    first.release()
    const lock = await second
    assert.equal(isFree(file), false)
    lock.release()
    other.release()
    locks.close()
  })

  test('is given back where all are', async () => {
    const locks = fileLocks(AbortSignal.timeout(60_000))
    await locks.take(file)
    locks.close()
    await until(() => isFree(file))
  })

  test('ends with the process that took it, however it ends', async () => {
    const script = `
      import { fileLocks } from ${JSON.stringify(import.meta.resolve('./file-lock.ts'))}
      await fileLocks(AbortSignal.timeout(60_000)).take(process.argv[1])
      console.log('taken')
      setInterval(() => undefined, 1000)`
    const args = ['--conditions=modgate-source', '--input-type=module', '-e', script, file]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    assert.equal(isFree(file), false)
    child.kill('SIGKILL')
    await until(() => isFree(file))
  })

  test('that was lost with the program that held it is known to be lost', async () => {
    const locks = fileLocks(AbortSignal.timeout(60_000))
    const lock = await locks.take(file)
    const keeper = execFileSync('pgrep', ['-P', String(process.pid), 'perl'], { encoding: 'utf8' }).trim()
    process.kill(Number(keeper), 'SIGKILL')
    await until(() => {
      try {
        lock.mustHold()
        return false
      } catch (error) {
        return error instanceof Failure && error.code === 'store-failed'
      }
    })
    // What is locked from here on is locked by other means.
    const next = await locks.take(join(directory, 'next.lock'))
    next.mustHold()
    assert.equal(isFree(join(directory, 'next.lock')), false)
    for (const each of [lock, next]) each.release()
    locks.close()
  })
})

/** Leaves only these programs to be found, and `true`, which the question whether a file is free needs. */
function onlyPrograms(directory: string, programs: readonly string[]): void {
  const place = join(directory, 'bin')
  mkdirSync(place)
  for (const program of [...programs, 'true'])
    symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), join(place, program))
  process.env['PATH'] = place
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20))
}
