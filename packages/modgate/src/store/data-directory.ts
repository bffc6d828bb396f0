/**
 * The gate's data directory:
 *
 *   modgate-store          which format the rest has
 *   modules/               entries, tiles and answers in GOPROXY file layout: GOPROXY=file://…/modules works on it
 *   spool/<host>-<pid>-…/  temporary files, a directory a process; those of dead processes are removed at the next start
 *   quarantine/            what was found damaged or untrue, kept as evidence
 */

import { randomBytes } from 'node:crypto'
import { link, mkdir, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../core/failure.ts'
import { codeOf } from './store-failure.ts'

export const storeFormat = 1
const formatFile = 'modgate-store'
/** What else may stand in a directory that becomes a gate's. */
const tolerated = new Set(['modgate.yaml', 'lost+found'])
const formatText = (format: number) => `modgate store ${format}\n`

export interface DataDirectory {
  readonly root: string
  readonly modules: string
  readonly spool: string
  readonly quarantine: string
  /** Undefined while files can be written; else why not, in words. */
  check(): Promise<string | undefined>
  /** Removes this process's temporary files. */
  close(): Promise<void>
}

/**
 * Opens a data directory, making it where it is not there, and clears what killed processes left behind. Several processes may
 * have the same directory open. The time it takes does not depend on how much is stored.
 * Throws a Failure `configuration` for a directory that cannot be written, holds foreign files, or has another format.
 */
export async function openDataDirectory(root: string): Promise<DataDirectory> {
  try {
    await mkdir(root, { recursive: true, mode: 0o755 })
    await checkFormat(root)
    await mkdir(join(root, 'modules'), { recursive: true })
    const spools = join(root, 'spool')
    await mkdir(spools, { recursive: true, mode: 0o700 })
    await clearDeadSpools(spools)
    const own = join(spools, await processName(process.pid))
    await mkdir(own, { mode: 0o700 })
    return {
      root,
      modules: join(root, 'modules'),
      spool: own,
      quarantine: join(root, 'quarantine'),
      check: () => writable(own),
      close: () => rm(own, { recursive: true, force: true }),
    }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw unusable(root, `cannot be used: ${(error as Error).message}`, error)
  }
}

async function writable(place: string): Promise<string | undefined> {
  const probe = join(place, `probe-${randomBytes(4).toString('hex')}`)
  try {
    await writeFile(probe, 'x', { flag: 'wx' })
    await unlink(probe)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function unusable(root: string, why: string, cause?: unknown): Failure {
  return new Failure('configuration', {
    asked: `data directory ${root}`,
    who: 'modgate',
    why,
    next: 'give another directory with --data DIR',
    cause,
  })
}

async function checkFormat(root: string): Promise<void> {
  const text = await readFile(join(root, formatFile), 'utf8').catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
  if (text === formatText(storeFormat)) return
  if (text !== undefined) {
    const found = /^modgate store (\d{1,6})\n$/.exec(text)?.[1]
    if (found && Number(found) > storeFormat) {
      throw unusable(
        root,
        `has store format ${found}, written by a newer modgate; this one knows format ${storeFormat}`,
      )
    }
    throw unusable(root, `has a ${formatFile} file that this modgate does not understand`)
  }
  const foreign = (await readdir(root)).filter((name) => !name.startsWith(formatFile) && !tolerated.has(name))
  if (foreign.length > 0) {
    throw unusable(root, `holds files that are not modgate's (${foreign.slice(0, 3).join(', ')}) and was left as it is`)
  }
  await writeFormat(root)
}

/** Whole or not at all, and only where none is: another gate may be starting on the same directory. */
async function writeFormat(root: string): Promise<void> {
  const ready = join(root, `${formatFile}.${randomBytes(4).toString('hex')}`)
  await writeFile(ready, formatText(storeFormat), { flag: 'wx', flush: true })
  await link(ready, join(root, formatFile)).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
  await unlink(ready)
}

/** `<host>-<pid>-<start>-<random>`: the start time tells a process from a later one with the same pid. */
async function processName(pid: number): Promise<string> {
  return `${hostname()}-${pid}-${await startTime(pid)}-${randomBytes(4).toString('hex')}`
}

/** Start of a process in clock ticks since boot (proc(5), field 22); `0` where the system has no /proc. */
async function startTime(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0'
}

const abandonedAfterMs = 24 * 60 * 60 * 1000

async function clearDeadSpools(spools: string): Promise<void> {
  for (const name of await readdir(spools)) {
    if (!(await isAlive(spools, name))) await rm(join(spools, name), { recursive: true, force: true })
  }
}

/** Whether the process that owns this spool directory still runs. */
export async function isAlive(spools: string, name: string): Promise<boolean> {
  const parts = /^(.*)-(\d+)-(\d+)-[0-9a-f]+$/.exec(name)
  if (!parts) return false
  const [, host, pid, start] = parts
  // Of a process on another host that shares the directory nothing can be known but how long it has written nothing.
  if (host !== hostname()) {
    const found = await stat(join(spools, name)).catch(() => undefined)
    return found !== undefined && Date.now() - found.mtimeMs < abandonedAfterMs
  }
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
  }
  return (await startTime(Number(pid))) === start
}
