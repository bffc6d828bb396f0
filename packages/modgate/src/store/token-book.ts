/**
 * Tokens that let callers in: one JSON file that only its owner may read, with the hash of each token and never the token itself. A token
 * is 256 random bits, so that a plain SHA-256 hides it. The file is replaced whole, and read again by whoever uses it when it has changed.
 */

import { createHash, randomBytes } from 'node:crypto'
import { open, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import type { Caller } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'
import { makeDirectory } from './directories.ts'
import { codeOf } from './store-failure.ts'

/** What is known of a token. */
export interface TokenEntry {
  readonly name: string
  /** GOPRIVATE grammar: the modules that it may see; `*` for all. */
  readonly patterns: string
  /** RFC 3339. */
  readonly created: string
  /** RFC 3339; absent: never. */
  readonly expires?: string | undefined
  /** `sha256:` and base64. */
  readonly hash: string
}

/** What may be shown of a token. */
export type ShownToken = Omit<TokenEntry, 'hash'>

export function shownToken({ name, patterns, created, expires }: TokenEntry): ShownToken {
  return { name, patterns, created, expires }
}

/** So that programs that look for leaked secrets know one. */
const mark = 'modgate_'
const secretBytes = 32

export function newToken(): string {
  return mark + randomBytes(secretBytes).toString('base64url')
}

export const tokenHash = (token: string): string => `sha256:${createHash('sha256').update(token).digest('base64')}`

const fileForm = z.object({
  tokens: z.array(
    z.object({
      name: z.string().min(1),
      patterns: z.string().min(1),
      created: z.iso.datetime(),
      expires: z.iso.datetime().optional(),
      hash: z.string().startsWith('sha256:'),
    }),
  ),
})

/** The tokens in a file, none where there is no file. Throws a Failure `configuration` for one that cannot be read or is none. */
export async function readTokens(path: string): Promise<readonly TokenEntry[]> {
  try {
    const file = await open(path, 'r')
    try {
      const { tokens } = fileForm.parse(JSON.parse(await file.readFile('utf8')))
      // Last, so that nobody is told to change the mode of a file that is another one's.
      assertOwn(path, (await file.stat()).mode)
      return tokens
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof Failure) throw error
    if (codeOf(error) === 'ENOENT') return []
    const isForm = error instanceof SyntaxError || error instanceof z.ZodError
    const why = isForm ? 'does not hold the tokens of a gate' : `cannot be read: ${(error as Error).message}`
    throw unusable(path, why, isForm ? 'restore the file from a copy' : 'make it a file that the gate may read')
  }
}

function assertOwn(path: string, mode: number): void {
  // Windows has no such bits: there every file looks open to all.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  throw unusable(path, 'may be read by others than its owner', `chmod 600 ${path}`)
}

/** Replaces the file, whole or not at all. */
export async function writeTokens(path: string, tokens: readonly TokenEntry[]): Promise<void> {
  // What could not be read again must not take the place of what can.
  fileForm.parse({ tokens })
  const ready = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await makeDirectory(dirname(path))
    const file = await open(ready, 'wx', 0o600)
    await file
      .writeFile(`${JSON.stringify({ tokens }, undefined, 2)}\n`)
      .then(() => file.sync())
      .finally(() => file.close())
    await rename(ready, path)
  } catch (error) {
    await unlink(ready).catch(() => undefined)
    throw unusable(path, `cannot be written: ${(error as Error).message}`, 'give another file with --tokens')
  }
}

export interface TokenBook {
  /** Whose token it is; undefined for one that is unknown or has expired. */
  find(token: string): Promise<Caller | undefined>
}

export interface TokenBookOptions {
  readonly path: string
  readonly clock: Pick<Clock, 'now'>
  /** Told of a file that cannot be used any more; the tokens that were read before stay good meanwhile. */
  readonly unreadable: (failure: Failure) => void
}

/** How long a change of the file may go unseen, milliseconds. */
const lookEveryMs = 1000

/** The tokens of a running gate. Rejects with a Failure `configuration` for a file that cannot be used at the start. */
export async function tokenBook({ path, clock, unreadable }: TokenBookOptions): Promise<TokenBook> {
  let version = await versionOf(path)
  let byHash = indexed(await readTokens(path))
  let told: string | undefined
  let lookedAt = clock.now()
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const now = await versionOf(path)
    lookedAt = clock.now()
    if (now === version) return
    try {
      byHash = indexed(await readTokens(path))
      version = now
    } catch (error) {
      // Tried again at the next look: a token that was revoked must not stay good for a moment's trouble. Told once for each change.
      if (now !== told) unreadable(error as Failure)
      told = now
    }
  }

  return {
    async find(token) {
      if (Math.abs(clock.now() - lookedAt) >= lookEveryMs) {
        looking ??= look().finally(() => (looking = undefined))
        await looking
      }
      const entry = byHash.get(tokenHash(token))
      if (!entry || (entry.expires !== undefined && Date.parse(entry.expires) <= clock.now())) return undefined
      return { name: entry.name, patterns: entry.patterns }
    },
  }
}

const indexed = (tokens: readonly TokenEntry[]) => new Map(tokens.map((entry) => [entry.hash, entry]))

/** A file that was replaced has another inode, whatever its time says. */
async function versionOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found ? `${found.ino} ${found.mtimeMs} ${found.ctimeMs} ${found.size}` : ''
}

function unusable(path: string, why: string, next: string): Failure {
  return new Failure('configuration', { asked: `--tokens ${path}`, who: 'modgate', why, next })
}
