/**
 * The go command played through on paper: given settings, a module version, and what each place would answer, the requests that
 * are made, in order, and how it ends. This is `go mod download` with an empty cache and no go.sum; test/planner.test.ts holds it
 * against the real one.
 */

import { parseProxyList } from '@modgate/gomod/goenv'
import type { FetchSettings } from './fetch-settings.ts'
import { planRoute, type ChecksumRoute, type Hop, type Route } from './route.ts'
import { listEntries, tryProxies, type ListEntry, type Rejection } from './try-proxies.ts'
import { vcsRefusal } from './vcs-rules.ts'

export type ContentFile = 'info' | 'mod' | 'zip'
export type DatabaseFile = 'supported' | 'lookup'

/** A proxy by its URL in GOPROXY, the module's own host, or the host of the database. */
export type PlaceName = { readonly proxy: string } | 'direct' | 'database'

export interface PlaceRequest {
  readonly place: PlaceName
  readonly file: ContentFile | DatabaseFile
}

/**
 * What comes back: the true file; a status other than 200; no whole answer (`cut`, `refused`, `timeout`); something unusable with
 * 200 (`damaged`: no JSON, half a zip, no record); a file that is well formed and not the recorded one (`tampered`).
 */
export type PlaceAnswer = 'ok' | 'cut' | 'refused' | 'timeout' | 'damaged' | 'tampered' | number

/** Has to give the same answer to the same request. */
export type Places = (request: PlaceRequest) => PlaceAnswer

export interface Simulation {
  /** Each request once, in the order in which they are first made. */
  readonly requests: readonly PlaceRequest[]
  readonly outcome: Outcome
}

export type Outcome =
  /** `vouched` names the database that has been asked; without it, what came was believed. */
  | { readonly kind: 'fetched'; readonly vouched?: string }
  | { readonly kind: 'failed'; readonly file: ContentFile; readonly cause: FailureCause }

export type FailureCause =
  | { readonly kind: 'answer'; readonly request: PlaceRequest; readonly answer: PlaceAnswer }
  /** `off` was reached. */
  | { readonly kind: 'off' }
  /** A setting cannot be used; in the go command's words. */
  | { readonly kind: 'setting'; readonly message: string }
  /** The file is not the one that the database has recorded. */
  | { readonly kind: 'mismatch' }

interface Trouble extends Rejection {
  readonly cause: FailureCause
}

/** Plays it through. Never throws. */
export function simulate(settings: FetchSettings, module: string, places: Places): Simulation {
  const run = new Run(settings, planRoute(settings, module), places)
  const outcome = run.outcome()
  return { requests: run.requests, outcome }
}

class Run {
  readonly #seen = new Map<string, PlaceRequest>()
  readonly #settings: FetchSettings
  readonly #route: Route
  readonly #places: Places
  #lookup: { readonly trouble?: Trouble } | undefined

  constructor(settings: FetchSettings, route: Route, places: Places) {
    this.#settings = settings
    this.#route = route
    this.#places = places
  }

  get requests(): readonly PlaceRequest[] {
    return [...this.#seen.values()]
  }

  outcome(): Outcome {
    const { content, checksum } = this.#route
    if (content.kind === 'refused') return failed('info', { kind: 'setting', message: content.message })
    const entries = listEntries(parseProxyList(this.#settings.GOPROXY), this.#settings)
    for (const file of ['info', 'mod', 'zip'] as const) {
      const trouble = this.#fetch(file, entries)
      if (trouble) return failed(file, trouble.cause)
    }
    return { kind: 'fetched', ...(checksum.kind === 'asked' && { vouched: checksum.name }) }
  }

  /** A go.mod is verified within the walk, so that past a pipe another proxy may heal it; a zip only after it. */
  #fetch(file: ContentFile, entries: readonly ListEntry[]): Trouble | undefined {
    let answer: PlaceAnswer = 'ok'
    const trouble = tryProxies(entries, (entry) => {
      const asked = this.#askEntry(entry, file)
      if (typeof asked === 'object') return asked
      answer = asked
      return file === 'mod' ? this.#verify(answer) : undefined
    })
    return trouble ?? (file === 'zip' ? this.#verify(answer) : undefined)
  }

  #askEntry(entry: ListEntry, file: ContentFile): PlaceAnswer | Trouble {
    const isDirect = this.#route.content.kind === 'direct'
    if (entry.kind === 'noproxy' && !isDirect) return nothing({ notMine: true })
    if (entry.kind === 'noproxy' || entry.kind === 'direct') return this.#askDirect(file)
    if (entry.kind === 'off' || isDirect) return nothing()
    return this.#askFile({ place: { proxy: entry.url }, file })
  }

  #askDirect(file: ContentFile): PlaceAnswer | Trouble {
    const message = vcsRefusal(this.#settings, this.#route.module)
    if (message === undefined) return this.#askFile({ place: 'direct', file })
    return { absent: true, cause: { kind: 'setting', message } }
  }

  #askFile(request: PlaceRequest): PlaceAnswer | Trouble {
    const unsafe = unsafeCredentials(request.place)
    if (unsafe) return unsafe
    const answer = this.#ask(request)
    if (answer === 'ok' || answer === 'tampered') return answer
    // Of a go.mod nothing but its hash is looked at here.
    if (answer === 'damaged' && request.file === 'mod') return 'tampered'
    return refusal(request, answer)
  }

  #verify(answer: PlaceAnswer): Trouble | undefined {
    const { checksum } = this.#route
    if (checksum.kind === 'skipped') return undefined
    if (checksum.kind === 'refused') {
      return { absent: false, cause: { kind: 'setting', message: checksum.message } }
    }
    this.#lookup ??= optional(this.#askDatabase(checksum))
    if (this.#lookup.trouble) return { ...this.#lookup.trouble, absent: false }
    return answer === 'tampered' ? { absent: false, cause: { kind: 'mismatch' } } : undefined
  }

  #askDatabase(checksum: Extract<ChecksumRoute, { kind: 'asked' }>): Trouble | undefined {
    const found = checksum.url === undefined ? this.#findRelay() : ('database' as const)
    if (typeof found === 'object' && 'cause' in found) return found
    const request: PlaceRequest = { place: found, file: 'lookup' }
    const answer = this.#ask(request)
    return answer === 'ok' ? undefined : refusal(request, answer)
  }

  /** Who relays the database; an end of the walk in absence means that nobody does, and it is asked itself. */
  #findRelay(): PlaceName | Trouble {
    let relay: PlaceName = 'database'
    const hops: readonly Hop[] = parseProxyList(this.#settings.GOPROXY)
    const trouble = tryProxies(listEntries(hops, this.#settings), (entry): Trouble | undefined => {
      if (entry.kind !== 'proxy') return nothing({ notMine: entry.kind === 'noproxy' })
      const request: PlaceRequest = { place: { proxy: entry.url }, file: 'supported' }
      const unsafe = unsafeCredentials(request.place)
      if (unsafe) return unsafe
      const answer = this.#ask(request)
      if (typeof answer === 'number' || answer === 'cut' || answer === 'refused' || answer === 'timeout') {
        return refusal(request, answer)
      }
      relay = request.place
      return undefined
    })
    return trouble === undefined || trouble.absent ? relay : trouble
  }

  #ask(request: PlaceRequest): PlaceAnswer {
    this.#seen.set(JSON.stringify(request), request)
    return this.#places(request)
  }
}

function failed(file: ContentFile, cause: FailureCause): Outcome {
  return { kind: 'failed', file, cause }
}

function nothing({ notMine = false } = {}): Trouble {
  return { absent: true, notMine, cause: { kind: 'off' } }
}

/** Credentials in an `http://` URL are not sent, and neither is the request. */
function unsafeCredentials(place: PlaceName): Trouble | undefined {
  if (typeof place === 'string' || !/^http:\/\/[^/]*@/i.test(place.proxy)) return undefined
  return { absent: false, cause: { kind: 'setting', message: 'refusing to pass credentials to insecure URL' } }
}

/** A host of `direct` that does not say where its code is counts as absence. */
function refusal(request: PlaceRequest, answer: PlaceAnswer): Trouble {
  const absent = answer === 404 || answer === 410 || request.place === 'direct'
  return { absent, cause: { kind: 'answer', request, answer } }
}

function optional(trouble: Trouble | undefined): { readonly trouble?: Trouble } {
  return trouble ? { trouble } : {}
}
