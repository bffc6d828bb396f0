/**
 * Fetches ahead: the go command asks for two things at a time and waits for each, so far from an upstream the distance is most of
 * the time. What a go.mod requires will be asked next, and once a client stops asking for go.mod files, the zips of the versions
 * that it will choose. All of it comes behind what clients ask for, and what nobody asked for in the end is counted.
 */

import { parseLax, type ModFile } from '@modgate/gomod/modfile'
import { versionString } from '@modgate/gomod/module'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { compare } from '@modgate/gomod/semver'
import type { Context } from '../core/context.ts'
import type { Clock, Layer, ModuleVersion, Source } from '../core/ports.ts'
import { requestKey } from '../core/request-key.ts'
import type { Resource } from '../core/resource.ts'
import { backgroundQueue, type BackgroundQueue } from './background-queue.ts'
import { clientGraph, type ClientGraph } from './client-graph.ts'
import { inVain, type InVain, type PrefetchReport } from './in-vain.ts'

export interface PrefetchOptions {
  /** How far ahead: go.mod files only, or zips too. */
  readonly depth: 'mod' | 'zip'
  readonly clock: Clock
  /** Bytes that are fetched ahead for one client in one build. */
  readonly bytesLimit: number
  readonly report?: PrefetchReport
}

const width = 64
const queueLimit = 20_000
/** A client that has asked for no go.mod for so long has its graph. */
const quietMs = 400
/** A build that has asked for nothing for so long is over. */
const buildEndsAfterMs = 120_000
const buildsLimit = 1000
/** A go.mod larger than this is not read ahead: reading happens on the event loop. */
const readUpTo = 256 << 10

export function prefetch(options: PrefetchOptions): Layer {
  return (next) => {
    const builds = new Builds(options, next)
    return {
      async get(request, context) {
        if (context.cachedOnly || !('version' in request)) return next.get(request, context)
        builds.note(request, context)
        const resource = await next.get(request, context)
        if (request.kind === 'mod') builds.answered(request, context, resource)
        return resource
      },
    }
  }
}

type FileRequest = Extract<ModuleRequest, { readonly version: string }>

interface Build {
  readonly client: string
  readonly graph: ClientGraph
  /** By path, the highest version that any go.mod of the build requires. */
  readonly seen: Map<string, string>
  /** What modules before go 1.17 led to, `path@version`: below them the go command reads everything, however new. */
  readonly below: Set<string>
  bytes: number
  lastAsked: number
  watching: boolean
}

class Builds {
  readonly #options: PrefetchOptions
  readonly #next: Source
  readonly #queue: BackgroundQueue = backgroundQueue(width, queueLimit)
  readonly #builds = new Map<string, Build>()
  readonly #vain: InVain

  constructor(options: PrefetchOptions, next: Source) {
    this.#options = options
    this.#next = next
    this.#vain = inVain(options.clock, options.report)
  }

  /** A client asks: what was fetched ahead was of use, and its build goes on. */
  note(request: FileRequest, context: Context): void {
    this.#vain.used(requestKey(request))
    const build = this.#builds.get(clientOf(context))
    if (!build) return
    build.lastAsked = this.#options.clock.now()
    if (request.kind === 'mod') {
      build.graph.asked(request)
      if (build.graph.complete) this.#fetchRoots(build, context)
    } else if (request.kind === 'zip') {
      build.graph.wanted(request.path)
      this.#fetchChosen(build, context)
    }
  }

  /** A client has its go.mod. A build begins with the first one that was not kept: for a warm gate there is nothing to do. */
  answered(request: FileRequest, context: Context, { cache, body }: Resource): void {
    const key = requestKey(request)
    if (cache.status !== 'miss' && !this.#vain.wasAhead(key)) return
    const build = this.#builds.get(clientOf(context)) ?? this.#begin(request, context)
    const file = body.bytes && read(body.bytes)
    if (file) {
      // What the go command was led to is told by what it asked for, not by what was fetched ahead of it.
      build.graph.requires(file, readsOn(build, request, file))
      this.#readOn(build, request, file, context)
    }
    this.#watch(build, context)
  }

  #begin(request: FileRequest, context: Context): Build {
    const client = clientOf(context)
    const now = this.#options.clock.now()
    for (const [name, { lastAsked }] of this.#builds) {
      if (now - lastAsked > buildEndsAfterMs || this.#builds.size >= buildsLimit) this.#builds.delete(name)
    }
    const build: Build = {
      client,
      graph: clientGraph(),
      seen: new Map(),
      below: new Set(),
      bytes: 0,
      lastAsked: now,
      watching: false,
    }
    build.graph.asked(request)
    this.#builds.set(client, build)
    return build
  }

  /** Queues the go.mod files that the go command asks for next. */
  #readOn(build: Build, module: ModuleVersion, file: ModFile, context: Context): void {
    const everything = readsOn(build, module, file)
    for (const { path, version } of file.require) {
      const known = build.seen.get(path)
      const higher = known === undefined || compare(version, known) > 0
      if (higher) build.seen.set(path, version)
      const name = versionString({ path, version })
      if (everything && !build.below.has(name)) {
        build.below.add(name)
        // Also where it came already: only now is it known that the go command reads on below it.
        this.#ahead(build, { kind: 'mod', path, version }, context, true)
      } else if (higher) {
        // Of the others the go command takes what the main module lists, and that is never lower than what anybody requires.
        this.#ahead(build, { kind: 'mod', path, version }, context)
      }
    }
  }

  /** When the client has gone quiet, its zips; until its build is over. */
  #watch(build: Build, context: Context): void {
    if (build.watching || this.#options.depth !== 'zip') return
    build.watching = true
    void (async () => {
      const { clock } = this.#options
      for (;;) {
        const quietFor = clock.now() - build.lastAsked
        if (quietFor >= quietMs) break
        await clock.sleep(quietMs - quietFor)
      }
      build.watching = false
      this.#fetchChosen(build, context)
    })()
  }

  /** While the client reads on, the zips of its roots: but for versions that some requirement is above already. */
  #fetchRoots(build: Build, context: Context): void {
    if (this.#options.depth !== 'zip') return
    const outdated = ({ path, version }: ModuleVersion) => compare(build.seen.get(path) ?? '', version) > 0
    this.#fetchZips(build, build.graph.chosen(outdated), context)
  }

  #fetchChosen(build: Build, context: Context): void {
    if (this.#options.depth !== 'zip' || build.watching) return
    this.#fetchZips(build, build.graph.chosen(), context)
  }

  #fetchZips(build: Build, modules: readonly ModuleVersion[], context: Context): void {
    for (const module of modules) {
      this.#ahead(build, { kind: 'info', ...module }, context)
      this.#ahead(build, { kind: 'zip', ...module }, context)
    }
  }

  #ahead(build: Build, request: FileRequest, context: Context, again = false): void {
    const key = requestKey(request)
    const wasAhead = this.#vain.wasAhead(key)
    if (build.bytes > this.#options.bytesLimit || (wasAhead && !again)) return
    if (!wasAhead) this.#vain.begin(key)
    this.#queue.add(build.client, async () => {
      try {
        const resource = await this.#next.get(request, backgroundOf(context))
        const failure = await resource.settled
        const bytes = resource.body.size ?? 0
        if (!failure && resource.cache.status === 'miss') {
          build.bytes += bytes
          this.#vain.fetched(key, bytes)
        } else if (!wasAhead) this.#vain.forget(key)
        const file = request.kind === 'mod' && resource.body.bytes && read(resource.body.bytes)
        // Below an old module the go command reads on; below others it goes where the main module leads, and further guesses would
        // be as many again in vain.
        if (file && readsOn(build, request, file)) this.#readOn(build, request, file, context)
      } catch {
        // Nobody asked: who does, hears the reason.
        this.#vain.forget(key)
      }
    })
  }
}

const clientOf = (context: Context): string => context.client ?? ''

const backgroundOf = ({ id, trace }: Context): Context => ({
  id,
  trace,
  cachedOnly: false,
  signal: new AbortController().signal,
})

function read(bytes: Uint8Array): ModFile | undefined {
  if (bytes.byteLength > readUpTo) return undefined
  try {
    return parseLax('go.mod', bytes)
  } catch {
    return undefined
  }
}

/** Whether the go command reads what a module requires: one before go 1.17, or one that such a module led to (https://go.dev/ref/mod#graph-pruning). */
function readsOn(build: Build, module: ModuleVersion, { go }: Pick<ModFile, 'go'>): boolean {
  if (build.below.has(versionString(module))) return true
  const [, major = '1', minor = '0'] = /^(\d+)\.(\d+)/.exec(go?.version ?? '1.16') ?? []
  return Number(major) === 1 && Number(minor) < 17
}
