/** Files of modules from whom the user's settings name, proxies and repositories: whatever the go command would ask, and nobody else. */

import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { readAll } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import type { Resource } from '../core/resource.ts'
import type { ContentRoute } from '../policy/route.ts'
import { advised } from './advice.ts'
import type { ModFileRequest, ModFiles } from './mod-files.ts'
import { isPage, pageAnswer } from './page-answer.ts'

export interface RemoteOptions {
  /** The way of a module path under the settings. */
  readonly route: (path: string) => ContentRoute
  /** The source that the list of proxies stands for. */
  readonly source: Source
  /** The proxies of that list alone: what is asked on the word of an unverified file never leads anywhere else. */
  readonly proxies: Source
  /** The source of modules that no proxy may see. */
  readonly direct: Source
  /** How many questions are under way at once. */
  readonly width: number
  /** Ends everything. */
  readonly signal: AbortSignal
  /** Runs work again where trouble was passing; absent: it is run once. */
  readonly steadily?: <T>(work: () => Promise<T>) => Promise<T>
  /** Told of each file that came, with its bytes. */
  readonly onFile?: (bytes: number) => void
}

/** More than any list, info or go.mod that the go command takes; bytes. */
const maxBytes = 16 << 20

export interface RemoteFiles extends ModFiles {
  /**
   * A go.mod that is likely to be read soon, from a proxy, and from none but the proxies; undefined where they do not have it. Whoever
   * reads it then waits no longer than it takes. Never rejects.
   */
  ahead(module: ModuleVersion): Promise<Uint8Array | undefined>
  /** Starts to read a zip. Throws a Failure. */
  zip(module: ModuleVersion): Promise<Resource>
  /** Which proxy gave these bytes; undefined for any that did not come from here. */
  giver(bytes: Uint8Array): string | undefined
}

export function remoteFiles(options: RemoteOptions): RemoteFiles {
  const {
    route,
    source,
    proxies,
    direct,
    width,
    signal,
    steadily = <T>(work: () => Promise<T>) => work(),
    onFile,
  } = options
  const gate = turnstile(width)
  const context = contextOf(signal)
  const givers = new WeakMap<Uint8Array, string>()
  const sourceOf = (request: ModFileRequest | ZipRequest): Source => {
    const way = route(request.path)
    if (way.kind === 'direct') return direct
    if (way.kind === 'refused' || way.hops[0]?.kind === 'off') throw closed(request, way)
    return source
  }
  /** The go.mod files that were asked for in this run, by module version. */
  const goMods = new Map<string, Promise<Uint8Array | undefined>>()
  const fetched = async (from: Source, request: ModFileRequest): Promise<Uint8Array> => {
    const { body, source: giver } = await from.get(request, context)
    const bytes = await readAll(body, maxBytes, () => tooLarge(request))
    givers.set(bytes, giver)
    onFile?.(bytes.byteLength)
    return bytes
  }
  const noPage = (request: ModFileRequest, bytes: Uint8Array): Uint8Array => {
    if (isPage(bytes)) throw pageAnswer(request, givers.get(bytes) ?? 'its proxy')
    return bytes
  }
  const remembered = (name: string, coming: Promise<Uint8Array>): Promise<Uint8Array> => {
    const settled = coming.catch(() => {
      goMods.delete(name)
      return undefined
    })
    goMods.set(name, settled)
    return coming
  }
  return {
    async read(request) {
      const from = sourceOf(request)
      const read = async () => noPage(request, await gate(() => steadily(() => fetched(from, request))))
      if (request.kind !== 'mod') return read()
      const name = versionString(request)
      const coming = goMods.get(name)
      return coming === undefined ? remembered(name, read()) : ((await coming) ?? remembered(name, read()))
    },
    async ahead(module) {
      const name = versionString(module)
      const known = goMods.get(name)
      if (known !== undefined) return known
      const way = route(module.path)
      if (way.kind !== 'list' || way.hops[0]?.kind !== 'proxy') return undefined
      const request = { kind: 'mod', ...module } as const
      const asked = async () => noPage(request, await gate(() => fetched(proxies, request)))
      remembered(name, asked()).catch(() => undefined)
      return goMods.get(name)
    },
    async zip(module) {
      const request: ZipRequest = { kind: 'zip', ...module }
      return sourceOf(request).get(request, context)
    },
    giver: (bytes) => givers.get(bytes),
  }
}

type ZipRequest = { readonly kind: 'zip' } & ModuleVersion

/** Lets so many in at once; the others wait in line. */
export function turnstile(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = width
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    else free--
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}

/** A request in words: `example.com/m@v1.0.0`, `example.com/m@latest`, `the versions of example.com/m`. */
export function requestWords(request: ModFileRequest | ZipRequest): string {
  if ('version' in request) return versionString(request)
  if ('query' in request) return `${request.path}@${request.query}`
  return request.kind === 'latest' ? `${request.path}@latest` : `the versions of ${request.path}`
}

function closed(request: ModFileRequest | ZipRequest, way: ContentRoute): Failure {
  const asked = requestWords(request)
  if (way.kind === 'refused') return new Failure('configuration', { asked, who: 'GOPROXY', why: way.message })
  return advised(new Failure('disabled-by-off', { asked, who: 'GOPROXY', why: 'it is off' }))
}

function tooLarge(request: ModFileRequest): Failure {
  const why = `the answer has more than ${maxBytes} bytes`
  return new Failure('upstream-too-large', { asked: requestWords(request), who: 'the proxy', why })
}

function contextOf(signal: AbortSignal): Context {
  return {
    id: 'resolve',
    trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
    signal,
    cachedOnly: false,
  }
}
