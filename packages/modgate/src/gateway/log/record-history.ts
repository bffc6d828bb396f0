/** What is known of a record beside it: when it came, from where, for whom, from which commit. None of it is signed. */

import { redact } from '../../config/index.ts'
import { readAll } from '../../core/body.ts'
import { Failure } from '../../core/failure.ts'
import type { ModuleVersion, Store } from '../../core/ports.ts'
import { requestKey } from '../../core/request-key.ts'
import type { FactsBook, FileFacts } from '../../store/entry-facts.ts'
import type { CoveringLog, LoggedRecord } from './covering-log.ts'

export interface RecordHistory {
  /** When it was appended, microseconds since the epoch; absent where that is lost. */
  readonly appended?: number
  /** What was noted of the first file of the version that the gate had; absent where it has none, as of one that was only looked up. */
  readonly first?: Pick<FileFacts, 'firstSeen' | 'source' | 'client' | 'trust'>
  /** As the source says in the version's info. */
  readonly commit?: Commit
}

export interface Commit {
  /** Hexadecimal. */
  readonly hash: string
  readonly repository?: string
  readonly ref?: string
}

interface Books {
  readonly log: CoveringLog
  readonly store: Pick<Store, 'open'>
  readonly facts: Pick<FactsBook, 'reread'>
}

export async function recordHistory(
  { log, store, facts }: Books,
  module: ModuleVersion,
  { id }: LoggedRecord,
): Promise<RecordHistory> {
  const known = Object.values(await facts.reread(module))
  const [first] = known.toSorted((a, b) => (a.firstSeen < b.firstSeen ? -1 : 1))
  const [appended, commit] = await Promise.all([appendedAt(log, id), commitOf(store, module)])
  return {
    ...(appended === undefined ? {} : { appended }),
    ...(first === undefined ? {} : { first: { ...first, source: redact(first.source) } }),
    ...(commit === undefined ? {} : { commit }),
  }
}

async function appendedAt(log: CoveringLog, id: number): Promise<number | undefined> {
  try {
    return (await log.index({ id }, 1))[0]?.time
  } catch (error) {
    if (error instanceof Failure && error.code === 'log-damaged') return undefined
    throw error
  }
}

const largestInfo = 1 << 20

/** An info is its source's word: what is not in the form of a commit is not passed on. */
async function commitOf(store: Pick<Store, 'open'>, module: ModuleVersion): Promise<Commit | undefined> {
  const body = await store.open(requestKey({ kind: 'info', ...module }))
  if (!body || body.size > largestInfo) return undefined
  const text = Buffer.from(await readAll(body, largestInfo, () => new RangeError('too large'))).toString()
  const { Hash, URL: repository, Ref } = originIn(text)
  if (typeof Hash !== 'string' || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(Hash)) return undefined
  return {
    hash: Hash,
    ...(isPlain(repository) ? { repository: redact(repository) } : {}),
    ...(isPlain(Ref) ? { ref: Ref } : {}),
  }
}

function originIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const info = JSON.parse(text) as { readonly Origin?: Record<string, unknown> } | null
    return info?.Origin ?? {}
  } catch {
    return {}
  }
}

/** Printable, and short enough for a line. */
const isPlain = (text: unknown): text is string => typeof text === 'string' && /^[\x21-\x7e]{1,500}$/.test(text)
