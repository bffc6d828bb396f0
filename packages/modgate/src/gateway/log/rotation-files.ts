/**
 * The files of a rotation, beside the key of the log: the journal, from which one that was cut off goes on, and the old key, which is
 * kept. The key itself is replaced whole: a gate that starts at any moment finds the old one or the new one.
 */

import { randomBytes } from 'node:crypto'
import { link, open, readFile, realpath, rename, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { newSigner, newVerifier, type KeyPair } from '@modgate/gomod/note'
import * as z from 'zod'
import { Failure } from '../../core/failure.ts'

export interface RotationJournal {
  /** The name of the log that moves. */
  readonly from: string
  /** Verifier lines of that log, as far as they were known. */
  readonly verifierKeys: readonly string[]
  /** Of the new log; the journal is as secret as the key. */
  readonly key: KeyPair
}

const journalForm = z.object({
  from: z.string(),
  verifierKeys: z.array(z.string()),
  key: z.object({
    signer: z.string().refine((text) => newSigner(text).name !== ''),
    verifier: z.string().refine((text) => newVerifier(text).name !== ''),
  }),
})

export interface RotationFiles {
  /** Undefined where no rotation is under way. */
  readJournal(): Promise<RotationJournal | undefined>
  /** Survives a power cut. Where another one is under way, answers that one. */
  beginJournal(journal: RotationJournal): Promise<RotationJournal>
  endJournal(): Promise<void>
  /**
   * Puts the new key in its place, mode 0600, after what stands there is kept under the name of its log. Answers where that is; undefined
   * where there was none.
   */
  replaceKey(journal: RotationJournal): Promise<string | undefined>
}

/** For the key in a file; a link is followed, so that what it leads to is replaced. */
export async function rotationFiles(given: string): Promise<RotationFiles> {
  const key = await realpath(given).catch(() => given)
  const journal = `${key}.rotation`
  const text = (path: string) =>
    readFile(path, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw unusable(path, `cannot be read: ${(error as Error).message}`, error)
    })

  async function readJournal(): Promise<RotationJournal | undefined> {
    const content = await text(journal)
    if (content === undefined) return undefined
    try {
      return journalForm.parse(JSON.parse(content))
    } catch {
      // What was wrong is not passed on: it may cite the key.
      throw unusable(journal, 'is no journal of a rotation; remove it to begin anew')
    }
  }

  /** Where a key is kept, or is to be: the first name that is free or has it. Of a key that was replaced before, where something is. */
  async function placeFor(old: string | undefined, name: string): Promise<string | undefined> {
    for (let n = 1, before: string | undefined; ; n++) {
      const place = `${key}.${name.replaceAll('/', '!')}${n === 1 ? '' : `.${n}`}`
      const kept = await text(place)
      if (old !== undefined && (kept === undefined || kept === old)) return place
      if (kept === undefined) return before
      before = place
    }
  }

  return {
    readJournal,
    async beginJournal(begun) {
      await written(journal, `${JSON.stringify(begun)}\n`, link)
      return (await readJournal()) ?? begun
    },
    endJournal: () => unlink(journal),
    async replaceKey({ from, key: { signer } }) {
      const next = `${signer}\n`
      const old = await text(key)
      const place = await placeFor(old === next ? undefined : old, from)
      if (old === next) return place
      if (place !== undefined) await written(place, old!)
      await written(key, next)
      return place
    },
  }
}

/** Whole or not at all, mode 0600, and there after a power cut. Put there by `link`, it leaves alone what stands there. */
async function written(path: string, text: string, put: typeof rename = rename): Promise<void> {
  const ready = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(ready, text, { flag: 'wx', mode: 0o600, flush: true })
    await put(ready, path).catch((error: unknown) => {
      if (put === rename || (error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    })
    const directory = await open(dirname(path), 'r')
    await directory.sync().finally(() => directory.close())
  } catch (error) {
    throw unusable(path, `cannot be written: ${(error as Error).message}`, error)
  } finally {
    await unlink(ready).catch(() => undefined)
  }
}

function unusable(path: string, why: string, cause?: unknown): Failure {
  const next = 'let modgate log rotate read and write the directory of --log-key, also where serve may only read it'
  return new Failure('configuration', { asked: path, who: 'modgate', why, next, cause })
}
