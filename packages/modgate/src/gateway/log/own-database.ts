/** The covering log as clients ask it: `/sumdb/<name>/…`, in the formats of Go's checksum databases. */

import { parseTilePath, type Tile } from '@modgate/gomod/tlog'
import { bytesBody } from '../../core/body.ts'
import { Failure } from '../../core/failure.ts'
import type { Source } from '../../core/ports.ts'
import type { Resource } from '../../core/resource.ts'
import { describeRequest, mediaTypes } from '../../source/describe.ts'
import type { Coverage } from './coverage.ts'
import type { CoveringLog } from './covering-log.ts'
import { tileWidth } from './log-tiles.ts'

/** A head grows with every new record: shared caches may have it for a moment only. */
const headTtlSeconds = 1
const supportedTtlSeconds = 60

/** A source for requests of kind `sumdb` under the log's name. */
export function ownDatabase(log: CoveringLog, covers: Coverage): Source & { readonly name: string } {
  /** Records of a tile are their answers without ids, which the tile's offset tells. */
  async function recordTile({ n, w }: Tile): Promise<Uint8Array> {
    const texts = await log.readRecords(n * tileWidth, w)
    return Buffer.concat(texts.flatMap((text) => [text, Buffer.from('\n')]))
  }

  return {
    name: log.name,
    async get(request, context) {
      if (request.kind !== 'sumdb') throw new TypeError(`${request.kind} is no request for a checksum database`)
      const { resource } = request
      switch (resource.kind) {
        case 'supported':
          return answer(log.name, new Uint8Array(), supportedTtlSeconds)
        case 'latest':
          return answer(log.name, await log.latest(), headTtlSeconds)
        case 'lookup': {
          const module = { path: resource.path, version: resource.version }
          if (context.cachedOnly && !(await log.find(module))) throw notKept(describeRequest(request))
          const { id, text } = await covers.record(module, context)
          // The head is read last, so that it covers the record, whose text was checked when it was found.
          return answer(log.name, Buffer.concat([Buffer.from(`${id}\n${text}\n`), await log.latest()]), headTtlSeconds)
        }
        case 'tile': {
          const tile = parseTilePath(resource.path)
          return answer(log.name, tile.l < 0 ? await recordTile(tile) : await log.readTile(tile))
        }
      }
    },
  }
}

function answer(source: string, bytes: Uint8Array, ttl?: number): Resource {
  return {
    body: bytesBody(bytes),
    type: mediaTypes.sumdb,
    trust: 'signed',
    source,
    cache: { status: 'hit', detail: 'log' },
    ...(ttl === undefined ? {} : { freshness: { ageSeconds: 0, ttlSeconds: ttl } }),
  }
}

function notKept(asked: string): Failure {
  return new Failure('not-cached', {
    asked,
    who: 'modgate',
    why: 'the log has no record of it, and nobody is to be asked',
  })
}
