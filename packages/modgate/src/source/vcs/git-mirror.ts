/**
 * A bare repository on disk that one process at a time writes to, and that a crash at any moment cannot spoil.
 *
 * A mirror is only a cache, so it is never repaired. Whoever writes puts a mark beside it first and takes it away when git has ended by
 * itself. Where a mark is left, its writer was killed: git's lock files may stand in the way, and a git that outlived its parent may
 * still be writing until it is ended. Then the next writer makes a new one under another number, which nobody else has ever had, and removes the old.
 */

import { randomInt } from 'node:crypto'
import { chmod, mkdir, open, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Failure } from '../../core/failure.ts'
import { makeDirectory } from '../../store/directories.ts'
import { takeLock } from '../../store/lock.ts'
import { endOrphans } from '../../store/orphans.ts'
import { isAlive } from '../../store/process-spool.ts'
import { codeOf, storeFailure } from '../../store/store-failure.ts'
import type { ObjectFormat } from './git-refs.ts'

export interface MirrorPlace {
  /** Of the repository: all of its mirrors are in there. */
  readonly directory: string
  /** The spool directory of this process, which tells other processes whether it lives. */
  readonly owner: string
  /** Where the mirror's content comes from, for words. */
  readonly url: string
}

/** What a mirror holds: `content` whole commits without their history, `history` commits without their files. */
export type MirrorKind = 'content' | 'history'

/** One writer's hold on a mirror. */
export interface Hold {
  /** GIT_DIR. */
  readonly repository: string
  /** Nothing has been fetched into it. */
  readonly isNew: boolean
  /** Says that git was killed: the mirror is not to be used again. */
  readonly spoil: () => void
}

export interface Mirror {
  /** Runs the work of one writer at a time, in this process and in all that share the disk. Throws what it throws. */
  exclusive<T>(work: (hold: Hold) => Promise<T>): Promise<T>
}

/** How long others may write before it is given up; milliseconds. More than any of them may take. */
const lockWaitMs = 30 * 60_000
const lockPauseMs = 100

/** A mirror of one kind in a directory; it is made when it is needed first. */
export function mirror(place: MirrorPlace, kind: MirrorKind, format: ObjectFormat): Mirror {
  return mirrorOf(place, { name: `${kind}-${format}`, make: (repository) => made(repository, format) })
}

export interface MirrorMaking {
  /** Of all mirrors that stand in for each other in a directory. */
  readonly name: string
  /** Makes an empty one, where nothing is yet. */
  readonly make: (repository: string) => Promise<void>
}

/** A mirror of any version control system. */
export function mirrorOf(place: MirrorPlace, making: MirrorMaking): Mirror {
  let queue: Promise<unknown> = Promise.resolve()
  return {
    exclusive(work) {
      const turn = queue.then(() =>
        locked(place, making.name, (numbers) => marked(place, { ...making, numbers }, work)),
      )
      queue = turn.catch(() => undefined)
      return turn
    },
  }
}

async function locked<T>(
  place: MirrorPlace,
  name: string,
  work: (numbers: readonly number[]) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(lockWaitMs)
  const wait = { pauseMs: lockPauseMs, signal }
  const held = async () => {
    // What is in there may be private, and a directory of an older gate is open to everybody.
    await makeDirectory(place.directory, 0o700)
    await chmod(place.directory, 0o700)
    const release = await takeLock(join(place.directory, `${name}.lock`), place.owner, wait)
    return { release, numbers: await numbersOf(place.directory, name) }
  }
  const { release, numbers } = await held().catch((error: unknown) => {
    throw signal.aborted ? lockedOut(place) : storeFailure(`mirror of ${place.url}`, error)
  })
  try {
    return await work(numbers)
  } finally {
    await release().catch(() => undefined)
  }
}

function lockedOut({ url }: Pick<MirrorPlace, 'url'>): Failure {
  const why = `another process has been fetching from it for ${lockWaitMs / 60_000} minutes`
  return new Failure('origin-timeout', { asked: `mirror of ${url}`, who: 'modgate', why })
}

/** The numbers of mirrors of this name, and of marks alone, in order. */
async function numbersOf(directory: string, name: string): Promise<readonly number[]> {
  const found = (await readdir(directory)).flatMap((entry) => {
    const [, number] = entry.startsWith(`${name}-`) ? (/-(\d{1,15})(?:\.busy)?$/.exec(entry) ?? []) : []
    return number === undefined ? [] : [Number(number)]
  })
  return [...new Set(found)].sort((a, b) => a - b)
}

interface Generation extends MirrorMaking {
  readonly numbers: readonly number[]
}

async function marked<T>(
  place: MirrorPlace,
  { name, make, numbers }: Generation,
  work: (hold: Hold) => Promise<T>,
): Promise<T> {
  const pathOf = (number: number) => join(place.directory, `${name}-${number}`)
  const last = numbers.at(-1)
  const isSound = last !== undefined && !(await exists(`${pathOf(last)}.busy`)) && (await exists(pathOf(last)))
  // At random, so that no number comes back where everything was removed.
  const number = isSound ? last : (last ?? randomInt(2 ** 40)) + 1
  const repository = pathOf(number)
  const mark = `${repository}.busy`
  if (!isSound && last !== undefined) await endWriter(`${pathOf(last)}.busy`)
  const state = { isSpoiled: false }
  const spoil = () => (state.isSpoiled = true)
  await writeFile(mark, place.owner).catch((error: unknown) => {
    throw storeFailure(`mirror of ${place.url}`, error)
  })
  try {
    if (!isSound) await make(repository)
    for (const old of numbers) if (old !== number) await removed(pathOf(old))
    return await work({ repository, isNew: !isSound, spoil })
  } catch (error) {
    throw error instanceof Failure ? error : storeFailure(`mirror of ${place.url}`, error)
  } finally {
    if (!state.isSpoiled) await unlink(mark).catch(() => undefined)
  }
}

/** Ends what still writes to a mirror on behalf of a process that was killed. */
async function endWriter(mark: string): Promise<void> {
  const owner = await readFile(mark, 'utf8').catch(() => '')
  if (owner !== '' && !(await isAlive(dirname(owner), basename(owner)))) await endOrphans([basename(owner)])
}

async function exists(path: string): Promise<boolean> {
  try {
    await (await open(path, 'r')).close()
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Removes a mirror and then its mark. One that cannot be removed now is tried again by the next writer. */
async function removed(path: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 3 } as const
  await rm(path, options).then(
    () => rm(`${path}.busy`, { force: true }),
    () => undefined,
  )
}

/** What Go writes into `info/attributes`: archives must not depend on who makes them (go issue 27153). */
const attributes = '* -export-subst -export-ignore\n'

/** An empty repository as `git init` makes it (gitrepository-layout), without the process. */
async function made(repository: string, format: ObjectFormat): Promise<void> {
  const extensions = format === 'sha1' ? '' : `[extensions]\n\tobjectFormat = ${format}\n`
  const layout = format === 'sha1' ? 0 : 1
  for (const directory of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info']) {
    await mkdir(join(repository, directory), { recursive: true })
  }
  await writeFile(
    join(repository, 'config'),
    `[core]\n\trepositoryFormatVersion = ${layout}\n\tbare = true\n${extensions}`,
  )
  await writeFile(join(repository, 'info', 'attributes'), attributes)
  // Without it git sees no repository.
  await writeFile(join(repository, 'HEAD'), 'ref: refs/heads/main\n')
}
