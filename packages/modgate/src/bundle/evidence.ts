/**
 * What proves module versions to somebody who can ask nobody: of each checksum database one signed head, the records under it, and every
 * tile that a client reads to believe one of them.
 */

import { newVerifier, open } from '@modgate/gomod/note'
import type { DatabaseResource, ModuleRequest } from '@modgate/gomod/proxy'
import { keyOf } from '@modgate/gomod/proxy'
import {
  formatHash,
  formatRecord,
  parseRecord,
  parseTree,
  storedHashIndex,
  tileHashReader,
  tilePath,
  type Tile,
} from '@modgate/gomod/tlog'
import { bytesBody, readAll, type Body } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { eachOf } from '../core/each-of.ts'
import { asFailure, Failure } from '../core/failure.ts'
import type { ModuleVersion, Source } from '../core/ports.ts'
import type { BundleDatabase } from './manifest.ts'

/** A checksum database that is asked for evidence. */
export interface EvidenceDatabase {
  readonly name: string
  /** The verifier line. */
  readonly key: string
  /** Whether it may hear of a module, and has a record of it. */
  covers(path: string): boolean
}

export interface EvidenceOptions {
  /** Answers requests for the databases. */
  readonly source: Source
  readonly context: Context
  readonly width: number
}

/** A file of a bundle before it is written. */
export interface PlannedFile {
  readonly key: string
  open(): Promise<Body>
}

export interface Evidence {
  readonly database: BundleDatabase
  readonly files: readonly PlannedFile[]
  readonly failed: readonly Failure[]
}

/** Larger than any answer of a database; bytes. */
const maxBytes = 4 << 20
const tileHeight = 8
/** Records that are proved at once. */
const provedAtOnce = 1024

/** Collects it for the modules that the database covers; undefined where it covers none. */
export async function evidenceOf(
  database: EvidenceDatabase,
  modules: readonly ModuleVersion[],
  options: EvidenceOptions,
): Promise<Evidence | undefined> {
  const covered = modules.filter(({ path }) => database.covers(path))
  if (covered.length === 0) return undefined
  const ask = asking(database.name, options)
  const failed: Failure[] = []
  const records = new Map<string, { readonly id: number; readonly text: Uint8Array }>()
  await eachOf(covered, options.width, async (module) => {
    const resource: DatabaseResource = { kind: 'lookup', path: module.path, version: module.version }
    try {
      records.set(ask.keyOf(resource), parseRecord(await ask.bytes(resource)))
    } catch (error) {
      const failure = asFailure(error, `${module.path}@${module.version}`)
      if (failure.kind === 'internal') throw failure
      failed.push(failure)
    }
  })
  // Behind the records, so that it covers all of them.
  const head = await ask.bytes({ kind: 'latest' })
  const tree = parseTree(open(head, [newVerifier(database.key)]).text)
  const tiles = await tilesFor([...records.values()].map(({ id }) => id), tree, ask) // prettier-ignore
  const { name, key } = database
  const files: PlannedFile[] = [
    { key: ask.keyOf({ kind: 'supported' }), open: async () => bytesBody(new Uint8Array()) },
    { key: ask.keyOf({ kind: 'latest' }), open: async () => bytesBody(head) },
    ...[...records].map(([file, { id, text }]) => ({
      key: file,
      open: async () => bytesBody(Buffer.concat([formatRecord(id, text), head])),
    })),
    ...tiles.map((path) => ({
      key: ask.keyOf({ kind: 'tile', path }),
      open: async () => bytesBody(await ask.bytes({ kind: 'tile', path })),
    })),
  ]
  return { database: { name, key, size: tree.size, root: formatHash(tree.hash) }, files, failed }
}

interface Asking {
  keyOf(resource: DatabaseResource): string
  bytes(resource: DatabaseResource): Promise<Uint8Array>
}

function asking(name: string, { source, context }: EvidenceOptions): Asking {
  const requestFor = (resource: DatabaseResource): ModuleRequest => ({ kind: 'sumdb', name, resource })
  return {
    keyOf: (resource) => keyOf(requestFor(resource)),
    async bytes(resource) {
      const { body } = await source.get(requestFor(resource), context)
      return readAll(body, maxBytes, () => tooLarge(name))
    },
  }
}

function tooLarge(asked: string): Failure {
  const why = `an answer has more than ${maxBytes} bytes`
  return new Failure('database-untrusted', { asked, who: asked, why })
}

/** The paths of all tiles that prove the records under the head, in the order of their names. */
async function tilesFor(
  ids: readonly number[],
  tree: ReturnType<typeof parseTree>,
  ask: Asking,
): Promise<readonly string[]> {
  const paths = new Set<string>()
  const reader = tileHashReader(tree, {
    height: tileHeight,
    readTiles: (tiles) => Promise.all(tiles.map((tile: Tile) => ask.bytes({ kind: 'tile', path: tilePath(tile) }))),
    saveTiles: async (tiles) => {
      for (const tile of tiles) paths.add(tilePath(tile))
    },
  })
  const indexes = ids.map((id) => storedHashIndex(0, id)).sort((a, b) => a - b)
  for (let from = 0; from < indexes.length; from += provedAtOnce)
    await reader.readHashes(indexes.slice(from, from + provedAtOnce))
  return [...paths].sort()
}
