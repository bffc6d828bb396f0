/** What is known so far of the requests of a command that runs: each is a note that its exchange writes on. */

import { subjectOf, type Phases, type Subject, type TracedRequest } from './trace.ts'
import { requirements, type Requirements } from './requirements.ts'

/** A request while it is under way. Times are milliseconds since the recording began. */
export type Note = {
  -readonly [Key in keyof Omit<TracedRequest, 'phases'>]: TracedRequest[Key]
} & {
  phases: { -readonly [Key in keyof Phases]: Phases[Key] }
  /** When the phase began that it is in, and which. */
  phaseFromMs: number
  phase: keyof Phases
  /** When the last byte came. */
  lastByteMs: number
}

export interface Recording {
  /** Milliseconds since it began. */
  readonly now: () => number
  readonly requirements: Requirements
  /** A new request. Beyond the limit it is a note that nobody keeps. */
  begin(place: number, path: string, subject?: Subject): Note
  /** The phase that a request is in is over, and the next one begins. */
  passed(note: Note, next: keyof Phases): void
  /** A request has its connection, and is sent: a new one took so long, by its phases. */
  sent(note: Note, took?: Pick<Phases, 'dnsMs' | 'connectMs' | 'tlsMs'>): void
  /** A request is over. */
  end(note: Note, outcome: Exclude<TracedRequest['outcome'], 'open'>, trouble?: string): void
  /** Bytes of a body came; `waited` is false where it was the command that did not read on. */
  received(note: Note, bytes: number, waited: boolean): void
  /** A number for a new connection. */
  readonly connection: () => number
  /** Those that are under way, oldest first. */
  open(): readonly Note[]
  /** All, in their order. */
  requests(): readonly TracedRequest[]
  omitted(): number
}

/** A build of the largest graphs asks ten thousand things; a million requests are some mistake that has to be seen, not kept. */
const maxRequests = 200_000
/** Milliseconds without a byte that are worth a note. */
const noticedMs = 1_000

/** Begins one. `clock` gives milliseconds that never go back. */
export function recording(clock: () => number): Recording {
  const began = clock()
  const now = () => clock() - began
  const notes: Note[] = []
  const live = new Set<Note>()
  const known = requirements()
  let [omitted, connections, ids] = [0, 0, 0]
  const passed = (note: Note, next: keyof Phases, at = now()) => {
    note.phases[note.phase] = (note.phases[note.phase] ?? 0) + at - note.phaseFromMs
    note.phase = next
    note.phaseFromMs = at
  }
  const silent = (note: Note, at: number) => {
    const ms = at - note.lastByteMs
    if (ms >= noticedMs && ms > (note.silence?.ms ?? 0)) note.silence = { fromMs: note.lastByteMs, ms }
    note.lastByteMs = at
  }
  return {
    now,
    requirements: known,
    begin(place, path, subject = subjectOf(path)) {
      const at = now()
      const note: Note = {
        ...{ id: ids++, place, path, ...subject, startMs: at, phases: { queueMs: 0 } },
        ...{ outcome: 'open', bytes: 0, reused: false, phaseFromMs: at, phase: 'queueMs', lastByteMs: at },
      }
      const cause = note.version === undefined ? undefined : known.causeOf(note.module!, note.version)
      if (cause !== undefined) note.cause = cause
      live.add(note)
      if (notes.length < maxRequests) notes.push(note)
      else omitted++
      return note
    },
    passed: (note, next) => passed(note, next),
    sent(note, took = {}) {
      passed(note, 'firstByteMs')
      const { dnsMs = 0, connectMs = 0, tlsMs = 0 } = took
      // A request that is sent again has waited for the connection that was cut, too.
      const queueMs = Math.max(0, note.phases.queueMs - dnsMs - connectMs - tlsMs)
      note.phases = { ...note.phases, ...took, queueMs }
    },
    end(note, outcome, trouble) {
      if (!live.delete(note)) return
      if (note.kind !== 'tunnel') silent(note, now())
      passed(note, note.phase, lastMoment(note, now()))
      note.outcome = outcome
      if (trouble !== undefined) note.trouble = trouble
    },
    received(note, bytes, waited) {
      const at = now()
      if (waited) silent(note, at)
      note.lastByteMs = at
      note.bytes += bytes
    },
    connection: () => connections++,
    open: () => [...live],
    requests: () => notes.map((note) => tracedRequest(note, now())),
    omitted: () => omitted,
  }
}

/** A connection that is kept for later costs nobody anything: what counts is its last byte. */
function lastMoment({ kind, outcome, phase, phaseFromMs, lastByteMs }: Note, at: number): number {
  const isKept = kind === 'tunnel' && outcome === 'open' && phase === 'bodyMs'
  return isKept ? Math.max(phaseFromMs, lastByteMs) : at
}

/** A note as it is kept. Of one that is under way, what it has been waiting for counts. */
function tracedRequest(note: Note, at: number): TracedRequest {
  const { phaseFromMs, phase, lastByteMs, ...request } = note
  if (request.outcome !== 'open') return rounded(request)
  const phases = { ...request.phases, [phase]: (request.phases[phase] ?? 0) + lastMoment(note, at) - phaseFromMs }
  if (note.kind === 'tunnel' && phase === 'bodyMs') return rounded({ ...request, phases, outcome: 'answered' })
  const ms = at - lastByteMs
  const silence = ms >= noticedMs && ms > (note.silence?.ms ?? 0) ? { fromMs: lastByteMs, ms } : note.silence
  return rounded({ ...request, phases, ...(silence ? { silence } : {}) })
}

/** Hundredths of a millisecond are more than anybody reads, and fifteen digits are most of a file. */
function rounded(request: TracedRequest): TracedRequest {
  const short = (ms: number) => Math.round(ms * 100) / 100
  const phases = Object.fromEntries(
    Object.entries(request.phases).map(([name, ms]: [string, number]) => [name, short(ms)]),
  )
  const { silence } = request
  return {
    ...request,
    startMs: short(request.startMs),
    phases: phases as unknown as Phases,
    ...(silence ? { silence: { fromMs: short(silence.fromMs), ms: short(silence.ms) } } : {}),
  }
}
