/** What the checksum database and the proxies say. */

import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { hashGoMod } from '@modgate/gomod/dirhash'
import type { ProxyEntry } from '@modgate/gomod/goenv'
import type { ModuleVersion } from '@modgate/gomod/module'
import { memoryOps, sumdbClient } from '@modgate/gomod/sumdb'
import { maxGoMod, maxZipFile } from '@modgate/gomod/zip'
import { readAll, type Body } from '../../core/body.ts'
import type { Context } from '../../core/context.ts'
import { systemClock } from '../../core/system.ts'
import type { ChecksumRoute, Route } from '../../policy/route.ts'
import { databaseRemote } from '../../source/database-remote.ts'
import type { Peer } from '../../source/peer.ts'
import { proxyList } from '../../source/proxy-list.ts'
import { absent, heard, unknown, type Testimony } from '../mismatch/testimony.ts'
import { hashOfZip } from './archived-files.ts'
import { attempt, both, fromError } from './testimony-attempt.ts'

export interface RemoteSources {
  readonly module: ModuleVersion
  /** The module's way under the settings here: nobody is asked whom the go command would not ask. */
  readonly route: Route
  readonly peer: Peer
  /** A directory for what is fetched; the caller removes it. */
  readonly temporary: string
  readonly signal: AbortSignal
}

/** The database, and every proxy of the module's way. */
export function remoteTestimonies(sources: RemoteSources): Promise<readonly Testimony[]> {
  const proxies = proxiesOf(sources.route).map((entry, i) => proxy(sources, entry, i))
  return Promise.all([database(sources, sources.route.checksum), ...proxies])
}

const databaseDeadlineMs = 30_000

async function database(sources: RemoteSources, route: ChecksumRoute): Promise<Testimony> {
  const { path, version } = sources.module
  if (route.kind !== 'asked')
    return { witness: 'database', place: 'checksum database', ...both(unknown(notAsked(route))) }
  const place = route.name
  try {
    const remote = databaseRemote({
      database: { kind: 'database', name: route.name, key: route.key, ...(route.url ? { url: route.url } : {}) },
      upstream: sources.route.content.kind === 'list' ? sources.route.content.hops : [],
      ...{ peer: sources.peer, clock: systemClock, deadlineMs: databaseDeadlineMs },
    })
    const client = sumdbClient(
      route.key,
      memoryOps((file) => remote.read(file)),
    )
    const lines = await client.lookup(path, version)
    const hashOf = (suffix: string) => {
      const h1 = lines.find((line) => line.startsWith(`${path} ${version}${suffix} `))?.split(' ')[2]
      return h1 === undefined ? absent('the record has no such line') : heard(h1)
    }
    return { witness: 'database', place, zip: hashOf(''), goMod: hashOf('/go.mod') }
  } catch (error) {
    return { witness: 'database', place, ...both(fromError(error)) }
  }
}

function notAsked(route: Exclude<ChecksumRoute, { kind: 'asked' }>): string {
  if (route.kind === 'refused') return route.message
  return route.because === 'GONOSUMDB' ? `not asked: GONOSUMDB has ${route.pattern}` : 'not asked: GOSUMDB=off'
}

type Proxy = ProxyEntry & { readonly kind: 'proxy' }

function proxiesOf({ content }: Route): readonly Proxy[] {
  return content.kind === 'list' ? content.hops.filter((hop): hop is Proxy => hop.kind === 'proxy') : []
}

async function proxy(sources: RemoteSources, entry: Proxy, i: number): Promise<Testimony> {
  const { module, temporary, signal } = sources
  const source = proxyList([entry], { peer: sources.peer })
  const archive = join(temporary, `${i}.zip`)
  const context = contextOf(signal)
  const zip = await attempt(async () => {
    await writeBody((await source.get({ kind: 'zip', ...module }, context)).body, archive)
    return hashOfZip(archive, module)
  })
  const goMod = await attempt(async () => {
    const { body } = await source.get({ kind: 'mod', ...module }, context)
    return heard(hashGoMod(await readAll(body, maxGoMod, () => new Error(`more than ${maxGoMod} bytes`))))
  })
  return { witness: 'proxy', place: new URL(entry.url).origin + new URL(entry.url).pathname, zip, goMod, archive }
}

async function writeBody(body: Body, path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    let size = 0
    for await (const chunk of body.read()) {
      size += chunk.byteLength
      if (size > maxZipFile) throw new Error(`more than ${maxZipFile} bytes`)
      await file.write(chunk)
    }
  } finally {
    await file.close()
  }
}

function contextOf(signal: AbortSignal): Context {
  return {
    id: 'explain',
    trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
    signal,
    cachedOnly: false,
  }
}
