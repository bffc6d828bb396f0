/** Asks a checksum database, through a proxy or at its own host, and believes nothing that is not proved. */

import { type ClientOps, sumdbClient, SumdbError } from '@modgate/gomod/sumdb'
import { formatRequest } from '@modgate/gomod/proxy'
import { counted } from '../../core/counted.ts'
import type { Answer, ContentFault } from './network-evidence.ts'
import { answerOf } from './probe-content.ts'
import { below } from './probe-place.ts'
import { get, type Asker, type Fetched } from './probe-request.ts'
import type { Target } from './probe-target.ts'
import { judged, type PinnedHead } from './tree-head.ts'

/** A database and what this machine knows of it. */
export interface KnownDatabase {
  readonly name: string
  readonly key: string
  readonly pinned: PinnedHead
}

const wholeAnswer = { bytes: 4 << 20, whole: true }

/**
 * Asks for the record of the module version and for the newest tree head. The answers carry what is wrong with signatures and proofs,
 * and with the history that the pinned head begins. What is pinned stays as it is.
 */
export async function databaseAnswers(
  base: URL,
  database: KnownDatabase,
  { asker, target }: { readonly asker: Asker; readonly target: Target },
): Promise<readonly Answer[]> {
  const [lookup, head] = await Promise.all([
    target.version === undefined
      ? undefined
      : lookupAnswer(base, database, { asker, ...target, version: target.version }),
    headAnswer(base, database, asker),
  ])
  return lookup === undefined ? [head] : [lookup, head]
}

interface Asked {
  readonly asker: Asker
  readonly path: string
  readonly version: string
}

async function lookupAnswer(base: URL, database: KnownDatabase, { asker, path, version }: Asked): Promise<Answer> {
  let record: Fetched | undefined
  const read = async (name: string): Promise<Uint8Array> => {
    const fetched = await get(below(base, name), asker, wholeAnswer)
    if (name.startsWith('/lookup/')) record = fetched
    if (fetched.trouble !== undefined) throw new Error(`${name}: ${fetched.trouble.message}`)
    if (fetched.status !== 200) throw new Error(`${name}: ${fetched.status}`)
    return fetched.body
  }
  const fault = await faultOf(() => sumdbClient(database.key, opsOver(read, database)).lookupRecord(path, version))
  if (record === undefined) {
    const request = { kind: 'sumdb', name: database.name, resource: { kind: 'lookup', path, version } } as const
    const url = below(base, formatRequest(request).slice(`/sumdb/${database.name}`.length))
    record = {
      url,
      body: Buffer.alloc(0),
      redirects: [],
      trouble: { kind: 'broken', phase: 'request', message: 'not asked' },
    }
  }
  const answer = answerOf('lookup', record)
  const size = sizeIn(record.body)
  return withFault({ ...answer, ...(size === undefined ? {} : { treeSize: size }) }, fault)
}

async function headAnswer(base: URL, database: KnownDatabase, asker: Asker): Promise<Answer> {
  const fetched = await get(below(base, '/latest'), asker, wholeAnswer)
  const answer = answerOf('head', fetched)
  if (answer.status !== 200 || answer.fault || answer.trouble) return answer
  const { size, fault } = judged(fetched.body.toString(), database.key)
  if (fault)
    return withFault(answer, { kind: fault.kind === 'malformed' ? 'malformed' : 'unverified', message: fault.message })
  const known = { ...answer, treeSize: size! }
  const pinned = database.pinned.size ?? 0
  const read = async (name: string) => {
    const { status, body } = await get(below(base, name), asker, wholeAnswer)
    if (status !== 200) throw new Error(`${name}: ${status}`)
    return body
  }
  const history = await faultOf(() => sumdbClient(database.key, opsOver(read, database)).merge(fetched.body))
  // An older head cannot always be proved to lead to the pinned one: whoever has it may not have the newer tiles.
  if (history?.kind === 'fork' || (history && size! >= pinned)) return withFault(known, history)
  if (size! >= pinned) return known
  const message = `it signs ${counted(size!, 'record')}, and this machine has already seen ${pinned}`
  return withFault(known, { kind: 'older-than-pinned', message })
}

/** Reads the pinned head where it can be believed, and writes nothing. */
function opsOver(readRemote: (path: string) => Promise<Uint8Array>, { pinned }: KnownDatabase): ClientOps {
  const head = pinned.size === undefined ? '' : (pinned.text ?? '')
  return {
    readRemote,
    readConfig: async () => Buffer.from(head),
    writeConfig: async () => true,
    readCache: async () => undefined,
    writeCache: async () => undefined,
    log: () => undefined,
    securityError: () => undefined,
  }
}

/** What is wrong with an answer; undefined where nothing is, and where the trouble lies elsewhere, as in a tile that did not come. */
async function faultOf(work: () => Promise<unknown>): Promise<ContentFault | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    const message = (error as Error).message
    if (!(error instanceof SumdbError)) return { kind: 'inconsistent', message: `it cannot be proved: ${message}` }
    if (error.kind === 'fork')
      return { kind: 'fork', message: 'it signs another history than the one that this machine has pinned' }
    return { kind: error.kind === 'malformed' || error.kind === 'unverified' ? error.kind : 'inconsistent', message }
  }
}

function withFault(answer: Answer, fault: ContentFault | undefined): Answer {
  return fault === undefined || answer.fault || answer.trouble || answer.status !== 200 ? answer : { ...answer, fault }
}

/** The size of the tree under a record: the number behind the header line. Only shown: the proof does not rest on it. */
function sizeIn(body: Buffer): number | undefined {
  const [, digits] = /\ngo\.sum database tree\n(\d{1,15})\n/.exec(body.toString('latin1')) ?? []
  return digits === undefined ? undefined : Number(digits)
}
