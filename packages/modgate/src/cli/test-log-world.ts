/** A data directory with a log in it, for tests of the commands that look after one. */

import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { loadServeConfig, type FlagValues } from '../config/index.ts'
import { testMachine } from '../config/test-machine.ts'
import type { CoveringLog } from '../gateway/log/covering-log.ts'
import { moduleAt, recordText } from '../gateway/log/test-log.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { diskCheckpoints } from '../store/disk-checkpoints.ts'
import { runCommandLine } from './command-line.ts'
import { openLog } from './log-parts.ts'

export interface LogDirectory {
  /** Data directory, key file, and the guard as it was given. */
  readonly data: string
  readonly key: string
  readonly guard: string
  /** What the log of `gate.example/log` has below the data. */
  readonly log: string
  /** Opens the log as a gate would, and closes it behind `use`. */
  gate<T>(use: (log: CoveringLog) => Promise<T>, over?: FlagValues): Promise<T>
  /** Appends the records `from` to `to - 1`. */
  fill(from: number, to: number, over?: FlagValues): Promise<void>
  /** Runs `modgate log …` on it. */
  run(args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>
}

export const logName = 'gate.example/log'

export async function temporary(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'modgate-log-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

/** With the guard in a file that is given, as an operator would. */
export async function logDirectory(t: TestContext): Promise<LogDirectory> {
  const root = await temporary(t)
  const [data, guard] = [join(root, 'data'), join(root, 'state', 'log.guard')]
  const flags = { data, logGuard: guard, upstream: 'off', sumdb: 'off' }

  async function gate<T>(use: (log: CoveringLog) => Promise<T>, over: FlagValues = { logName }): Promise<T> {
    const { config } = await loadServeConfig({ ...flags, ...over }, testMachine())
    const directory = await openDataDirectory(data)
    try {
      const { log } = (await openLog(config, diskCheckpoints(directory)))!
      return await use(log).finally(() => log.close())
    } finally {
      await directory.close()
    }
  }

  return {
    ...{ data, guard, gate, key: join(data, 'modgate-log.key'), log: join(data, 'modules/sumdb', logName) },
    fill: (from, to, over) =>
      gate(async (log) => {
        for (let i = from; i < to; i++) await log.append(moduleAt(i), recordText(moduleAt(i)))
      }, over),
    async run(args) {
      const streams = { stdout: new PassThrough(), stderr: new PassThrough() }
      const environment = { MODGATE_DATA: data, MODGATE_LOG_GUARD: guard }
      const code = await runCommandLine(['log', ...args], streams, testMachine({ environment }))
      streams.stdout.end()
      streams.stderr.end()
      return { code, stdout: await text(streams.stdout), stderr: await text(streams.stderr) }
    },
  }
}

/** Everything below a directory, with what a change would change. */
export async function treeOf(directory: string): Promise<readonly string[]> {
  const names = (await readdir(directory, { recursive: true })).sort()
  return Promise.all(
    ['.', ...names].map(async (name) => {
      const { mode, size, mtimeMs, ino } = await stat(join(directory, name))
      return [name, mode, size, mtimeMs, ino].join(' ')
    }),
  )
}

/** A copy of a directory, as a backup makes one. */
export async function backupOf(t: TestContext, directory: string): Promise<string> {
  const to = join(await temporary(t), 'backup')
  await cp(directory, to, { recursive: true, preserveTimestamps: true })
  return to
}

/** Puts a backup in the place of a directory. */
export async function restore(backup: string, directory: string): Promise<void> {
  await rm(directory, { recursive: true })
  await cp(backup, directory, { recursive: true, preserveTimestamps: true })
}
