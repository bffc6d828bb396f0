import { escapePath, escapeVersion } from '../module/index.ts'
import { newVerifier } from '../note/index.ts'
import { equalHashes, parseRecord, recordHash, storedHashIndex, type Tile, tilePath, type Tree } from '../tlog/index.ts'
import { cache } from './cache.ts'
import { asSumdbError, SumdbError } from './error.ts'
import { goSumLines } from './lines.ts'
import type { ClientOps } from './ports.ts'
import { Tiles } from './tiles.ts'
import { Timeline } from './timeline.ts'

/** A record that is proved to be in the database and to speak of the module version asked for. */
export interface VerifiedRecord {
  /** Its number in the log. */
  readonly id: number
  /** All of its text: what the leaf hash covers. */
  readonly text: string
  /** The go.sum lines of exactly that module version and of its go.mod. */
  readonly lines: readonly string[]
}

/** A client of one checksum database. Any number of calls may be under way at once. */
export interface Client {
  /** The database's name, out of its key. */
  readonly name: string
  /** Like `lookupRecord`, but answers its `lines` only. */
  lookup(path: string, version: string): Promise<readonly string[]>
  /**
   * Asks for the record of a module version and believes it only when its text is in a tree whose head is signed and
   * extends every head seen before. Rejects with a `SumdbError`; with a `ModuleError` for a path or version that
   * cannot be; with whatever `readRemote`, `readConfig` or `writeConfig` reject with, unchanged.
   */
  lookupRecord(path: string, version: string): Promise<VerifiedRecord>
  /** Takes a signed head from elsewhere (`/latest`, another client's pin); answers the largest tree seen. */
  merge(note: Uint8Array): Promise<Tree>
  /** Answers the largest tree seen, at the first call the pinned one. */
  latest(): Promise<Tree>
  /**
   * Answers the data of a tile of hashes, proved in the largest tree seen. Rejects with a `SumdbError`, `not-found` for a tile
   * that this tree has not, or has not as wide.
   */
  readTile(tile: Tile): Promise<Uint8Array>
}

/** What may differ from the defaults. */
export interface ClientOptions {
  /** The height of the database's tiles, 8 unless it says otherwise. */
  readonly tileHeight?: number
}

/** Returns a client of the database that signs with `verifierKey`. Throws a `NoteError` for a key that is none. */
export function sumdbClient(verifierKey: string, ops: ClientOps, { tileHeight = 8 }: ClientOptions = {}): Client {
  const verifier = newVerifier(verifierKey.trim())
  const tiles = new Tiles(verifier.name, tileHeight, ops)
  const timeline = new Timeline(verifier, tiles, ops)
  return new DatabaseClient(verifier.name, { ops, tiles, timeline })
}

interface Parts {
  readonly ops: ClientOps
  readonly tiles: Tiles
  readonly timeline: Timeline
}

interface Request {
  readonly path: string
  readonly version: string
  /** Where the database answers it, and, after the database's name, where the cache keeps it. */
  readonly location: string
}

class DatabaseClient implements Client {
  readonly name: string
  readonly #parts: Parts
  readonly #flights = new Map<string, Promise<VerifiedRecord>>()

  constructor(name: string, parts: Parts) {
    this.name = name
    this.#parts = parts
  }

  async lookup(path: string, version: string): Promise<readonly string[]> {
    return (await this.lookupRecord(path, version)).lines
  }

  async lookupRecord(path: string, version: string): Promise<VerifiedRecord> {
    const location = `/lookup/${escapePath(path)}@${escapeVersion(version)}`
    const under = this.#flights.get(location)
    if (under !== undefined) return under
    const flight = this.#find({ path, version, location }).finally(() => this.#flights.delete(location))
    this.#flights.set(location, flight)
    return flight
  }

  async merge(note: Uint8Array): Promise<Tree> {
    try {
      await this.#parts.timeline.merge(note)
    } catch (error) {
      throw asSumdbError(error, `tree head of ${this.name}`)
    }
    return this.latest()
  }

  async latest(): Promise<Tree> {
    return this.#parts.timeline.latest()
  }

  async readTile(tile: Tile): Promise<Uint8Array> {
    try {
      return await this.#parts.tiles.read(await this.latest(), tile)
    } catch (error) {
      throw asSumdbError(error, tilePath(tile))
    }
  }

  async #find(request: Request): Promise<VerifiedRecord> {
    const kept = cache(this.name, this.#parts.ops)
    const cached = await kept.read(request.location)
    const known = cached === undefined ? undefined : await this.#verifyCached(cached, request)
    if (known !== undefined) return known
    const answer = await this.#parts.ops.readRemote(request.location)
    const record = await this.#verify(answer, request, 'remote')
    await kept.write(request.location, answer)
    return record
  }

  /** A cached answer that does not hold, be it damaged or forged, counts as absent. */
  async #verifyCached(answer: Uint8Array, request: Request): Promise<VerifiedRecord | undefined> {
    try {
      return await this.#verify(answer, request, 'cache')
    } catch (error) {
      if (!(error instanceof SumdbError) || error.kind === 'fork') throw error
      this.#parts.ops.log(`${this.name}: asking again, the cached answer is refused: ${error.message}`)
      return undefined
    }
  }

  async #verify(answer: Uint8Array, { path, version }: Request, from: 'cache' | 'remote'): Promise<VerifiedRecord> {
    const { timeline } = this.#parts
    try {
      // From here on only `text` counts: lines beside it are not covered by the proof (CVE-2026-56864).
      const { id, text, rest } = parseRecord(answer)
      const known = await timeline.latest()
      if (id >= known.size) {
        await timeline.merge(rest)
        await this.#checkIncluded(id, text, await timeline.latest())
      } else {
        // Both proofs at once, since both may need tiles from far away. A cached record below the known head is proved by that
        // head; its own older one would only cost tiles.
        const included = this.#checkIncluded(id, text, known)
        included.catch(() => undefined)
        // Of a fork the history is to hear first: it is what convicts the database.
        if (from === 'remote') await timeline.merge(rest)
        await included
      }
      const record = new TextDecoder().decode(text)
      return { id, text: record, lines: goSumLines(record, path, version) }
    } catch (error) {
      throw asSumdbError(error, `${path}@${version}`)
    }
  }

  async #checkIncluded(id: number, text: Uint8Array, tree: Tree): Promise<void> {
    const { tiles } = this.#parts
    if (id >= tree.size) {
      throw new SumdbError('inconsistent', `${this.name}: record ${id} is not in its tree of ${tree.size} records`)
    }
    const [hash] = await tiles.hashReader(tree).readHashes([storedHashIndex(0, id)])
    if (hash === undefined || !equalHashes(hash, recordHash(text))) {
      throw new SumdbError('inconsistent', `${this.name}: its tree has another record ${id} than its answer`)
    }
  }
}
