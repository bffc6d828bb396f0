/** The bundle that a command reads: a file, or what comes on standard input. */

import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openBundle, type Bundle } from '../bundle/bundle-file.ts'
import { Failure } from '../core/failure.ts'
import type { CommandLine } from './context.ts'

export interface BundleInput {
  /** `-` is standard input. */
  readonly name: string
  /** Ends the wait for what comes from elsewhere with the reason. */
  readonly signal: AbortSignal
}

/**
 * Opens the bundle under a name, and closes it after its use. What is no file can be read once alone, and a bundle is
 * read more often: it rests in a temporary file until then. Throws a Failure as `openBundle`, and `store-failed` where it finds no room.
 */
export async function withBundle<T>(
  { machine }: CommandLine,
  { name, signal }: BundleInput,
  use: (bundle: Bundle) => Promise<T>,
): Promise<T> {
  const path = resolve(machine.cwd, name)
  const stream = name === '-' ? standardInput() : await streamAt(path)
  if (!stream) return using(await openBundle(path, name), use)
  const directory = await mkdtemp(join(tmpdir(), 'modgate-bundle-'))
  try {
    const file = join(directory, 'bundle')
    await pipeline(stream, createWriteStream(file, { mode: 0o600 }), { signal }).catch((error: unknown) => {
      signal.throwIfAborted()
      throw unkept(name, error)
    })
    return await using(await openBundle(file, name === '-' ? 'standard input' : name), use)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function using<T>(bundle: Bundle, use: (bundle: Bundle) => Promise<T>): Promise<T> {
  try {
    return await use(bundle)
  } finally {
    await bundle.close()
  }
}

function standardInput(): Readable {
  if (!process.stdin.isTTY) return process.stdin
  const next = 'pipe a bundle into it, as in: cat june.bundle | modgate bundle verify -'
  throw new Failure('usage', { asked: '-', who: 'modgate', why: 'standard input is a terminal', next })
}

/** What stands there, where that is neither a file nor a directory: a pipe of the shell, `<(…)`. */
async function streamAt(path: string): Promise<Readable | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFIFO() || found?.isCharacterDevice() || found?.isSocket() ? createReadStream(path) : undefined
}

function unkept(name: string, cause: unknown): Failure {
  return new Failure('store-failed', {
    asked: name,
    who: 'modgate',
    why: `it cannot be kept in ${tmpdir()}: ${(cause as Error).message}`,
    next: 'make room there, name another place in TMPDIR, or give the bundle as a file',
    cause,
  })
}
