/** One module version of the cache: what is there, and whether it still is what was downloaded. */

import { hashGoMod, hashZip } from '@modgate/gomod/dirhash'
import { readDirectory, readEntry, ZipError, type RandomAccess } from '@modgate/gomod/zip'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { withFile } from '../../core/file-access.ts'
import type { CacheEntry } from './module-cache-evidence.ts'
import type { ModuleVersionFiles } from './module-cache-files.ts'

export interface EntryOptions {
  /** Whether the zip is read and hashed. */
  readonly hash: boolean
  /** Whether unpacked files are compared by content. */
  readonly deep: boolean
}

type Read = Omit<CacheEntry, 'sumZip' | 'sumMod'>
const shownFaults = 5

/** Reads it; undefined where the cache has nothing of it. Never throws for what the files hold. */
export async function readEntryOf(files: ModuleVersionFiles, options: EntryOptions): Promise<Read | undefined> {
  const found = await filesThere(files)
  if (Object.keys(found).length === 0) return undefined
  const { path, version } = files
  const entry = { path, version, files: found, directoryFaults: [] }
  try {
    const recorded = found.ziphash === undefined ? undefined : (await readFile(found.ziphash, 'utf8')).trim()
    const mod = found.mod === undefined ? undefined : hashGoMod(await readFile(found.mod))
    const zip = found.zip !== undefined && options.hash ? zipFacts(found.zip) : {}
    const isWhole = 'zipH1' in zip
    const faults = found.directory !== undefined && isWhole ? await directoryFaults(files, options) : []
    return {
      ...entry,
      ...zip,
      ...(recorded === undefined ? {} : { recordedH1: recorded.slice(0, 100) }),
      ...(mod === undefined ? {} : { modH1: mod }),
      directoryFaults: faults,
    }
  } catch (error) {
    return { ...entry, unreadable: (error as Error).message }
  }
}

async function filesThere({ downloads, base, directory }: ModuleVersionFiles): Promise<CacheEntry['files']> {
  const kinds = ['info', 'mod', 'zip', 'ziphash'] as const
  const named = [
    ...kinds.map((kind) => [kind, join(downloads, `${base}.${kind}`)] as const),
    ['directory', directory] as const,
  ]
  const there = await Promise.all(
    named.map(async ([kind, file]) => ((await stat(file).catch(() => undefined)) ? [[kind, file] as const] : [])),
  )
  return Object.fromEntries(there.flat())
}

function zipFacts(zip: string): { readonly zipH1: string } | { readonly zipFault: string } {
  try {
    return { zipH1: withFile(zip, hashZip) }
  } catch (error) {
    if (error instanceof ZipError) return { zipFault: error.message }
    throw error
  }
}

/** Names, sizes and, if wanted, contents of the unpacked files against the zip. Directories of the zip count for nothing. */
async function directoryFaults(files: ModuleVersionFiles, { deep }: EntryOptions): Promise<readonly string[]> {
  const { path, version, downloads, base, directory } = files
  const prefix = `${path}@${version}/`
  const expected = withFile(join(downloads, `${base}.zip`), (access) => contentOf(access, { prefix, deep }))
  const isCopied = (name: string) => path === 'golang.org/toolchain' && isToolchainCopy(name, expected)
  const found = new Set<string>()
  const faults: string[] = []
  for (const item of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (item.isDirectory()) continue
    const file = join(item.parentPath, item.name)
    const name = relative(directory, file).split(sep).join('/')
    found.add(name)
    const wanted = expected.get(name)
    if (wanted === undefined && isCopied(name)) continue
    const fault = wanted === undefined ? 'is not in the zip' : await fileFault(file, wanted)
    if (fault !== undefined) faults.push(`${name} ${fault}`)
  }
  for (const name of expected.keys()) if (!found.has(name)) faults.push(`${name} is missing`)
  return faults.slice(0, shownFaults)
}

async function fileFault(file: string, wanted: Expected): Promise<string | undefined> {
  if ((await stat(file)).size !== wanted.size) return 'has another size'
  if (wanted.sha256 === undefined) return undefined
  return sha256([await readFile(file)]) === wanted.sha256 ? undefined : 'has other content'
}

/** A module zip may hold no go.mod but its own, so a toolchain's zip calls the others _go.mod, and the go command copies them. */
function isToolchainCopy(name: string, expected: ReadonlyMap<string, Expected>): boolean {
  return /(^|\/)go\.mod$/.test(name) && expected.has(name.replace(/go\.mod$/, '_go.mod'))
}

interface Expected {
  readonly size: number
  readonly sha256?: string
}

function contentOf(
  access: RandomAccess,
  { prefix, deep }: { readonly prefix: string; readonly deep: boolean },
): Map<string, Expected> {
  const members = readDirectory(access).filter(({ kind, name }) => kind !== 'directory' && name.startsWith(prefix))
  return new Map(
    members.map((member) => [
      member.name.slice(prefix.length),
      { size: member.size, ...(deep ? { sha256: sha256(readEntry(access, member)) } : {}) },
    ]),
  )
}

function sha256(chunks: Iterable<Uint8Array>): string {
  const sum = createHash('sha256')
  for (const chunk of chunks) sum.update(chunk)
  return sum.digest('hex')
}
