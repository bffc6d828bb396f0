import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { hashGoMod, hashZip } from '@modgate/gomod/dirhash'
import { escapePath, escapeVersion } from '@modgate/gomod/module'
import { parseKey } from '@modgate/gomod/proxy'
import { bytesAccess } from '@modgate/gomod/zip'
import { type Corpus, zipOf } from './corpus.ts'

/** What stands in a gate's data directory, looked at from outside. */
export interface Audit {
  /** Keys of the info, mod and zip files that are kept. */
  readonly kept: readonly string[]
  /** A line for each of them that is not what its record, or the corpus, says. */
  readonly untrue: readonly string[]
  /** Files that no gate needs once it has stopped: temporary ones and locks. */
  readonly leftovers: readonly string[]
  readonly quarantined: readonly string[]
}

/** Recomputes the hash of every kept file, and compares each with what its upstream would have served. */
export async function audit(data: string, corpus: Corpus): Promise<Audit> {
  const modules = join(data, 'modules')
  const names = await filesBelow(modules)
  const kept = names.filter((name) => !name.startsWith('sumdb/') && /\/@v\/[^/]+\.(info|mod|zip)$/.test(name))
  const truth = publishedFiles(corpus)
  const faults = await Promise.all(kept.map((key) => faultOf(modules, key, truth)))
  const temporary = [...(await filesBelow(join(data, 'spool'))).map((name) => `spool/${name}`)]
  const atTop = (await readdir(data)).filter((name) => name.startsWith('modgate-store.'))
  return {
    kept,
    untrue: faults.flat(),
    leftovers: [...temporary, ...atTop, ...names.filter((name) => /\.lock(\.break)*$/.test(name))],
    quarantined: await filesBelow(join(data, 'quarantine')),
  }
}

/** Slash-separated names of all files below a directory; none where it is not there. */
export async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(directory, join(parentPath, name)).split(sep).join('/'))
}

function publishedFiles(corpus: Corpus): ReadonlyMap<string, () => Buffer> {
  return new Map(
    corpus.modules.flatMap((module) => {
      const base = `${escapePath(module.path)}/@v/${escapeVersion(module.version)}`
      return [
        [`${base}.info`, () => Buffer.from(module.info)],
        [`${base}.mod`, () => Buffer.from(module.mod)],
        [`${base}.zip`, () => zipOf(module)],
      ] as const
    }),
  )
}

async function faultOf(
  modules: string,
  key: string,
  truth: ReadonlyMap<string, () => Buffer>,
): Promise<readonly string[]> {
  const bytes = await readFile(join(modules, key))
  if (truth.get(key)?.().equals(bytes) === false) return [`${key}: not what was published`]
  const kind = parseKey(key).kind
  const record = await readFile(join(modules, key.replace(/\.\w+$/, '.entry')), 'utf8').catch(() => '{}')
  const facts = (JSON.parse(record) as Record<string, { hash: string; size: number } | undefined>)[kind]
  if (facts === undefined) return [`${key}: no record`]
  const hash = hashOf(kind, bytes)
  return facts.hash === hash && facts.size === bytes.length ? [] : [`${key}: ${hash} instead of ${facts.hash}`]
}

function hashOf(kind: string, bytes: Buffer): string {
  if (kind === 'zip') return hashZip(bytesAccess(bytes))
  if (kind === 'mod') return hashGoMod(bytes)
  return `sha256:${createHash('sha256').update(bytes).digest('base64')}`
}
