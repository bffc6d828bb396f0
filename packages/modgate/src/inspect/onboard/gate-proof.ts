/**
 * Proves that a go command which is given a URL and a key will get verified modules there: the database is passed on, its head has the
 * key's signature and extends what this machine has seen, and a record is proved to be under it.
 */

import { tileInTree, tilePath } from '@modgate/gomod/tlog'
import { counted } from '../../core/counted.ts'
import type { Answer } from '../evidence/network-evidence.ts'
import { databaseAnswers, type KnownDatabase } from '../evidence/probe-database.ts'
import { below, supportedAt } from '../evidence/probe-place.ts'
import { get, publicUrl, type Asker } from '../evidence/probe-request.ts'
import { isWhole, type Target } from '../evidence/probe-target.ts'
import { good, nextAfter, problem, wrongAnswer, type Step } from './step.ts'

export interface Proving {
  readonly asker: Asker
  readonly database: KnownDatabase
  /** Asked for where the log has no record yet: a version that every database can have. */
  readonly toolchain: Required<Target> | undefined
}

const tileHeight = 8

/** Asks one thing after the other, and ends with the first that stops the go command. Never rejects. */
export async function proveGate(base: URL, proving: Proving): Promise<readonly Step[]> {
  const { asker, database } = proving
  const place = below(base, `/sumdb/${database.name}`)
  const before = [await isPassedOn(base, proving), await keepsPaths(base, proving)]
  if (before.some(({ outcome }) => outcome === 'problem')) return before
  const [head] = await databaseAnswers(place, database, { asker, target: nothing })
  const signed = isSigned(head!, database)
  if (signed.outcome === 'problem') return [...before, signed]
  const size = head!.treeSize ?? 0
  const recorded = await lastRecord(place, size, asker)
  const record = recorded ? await isProved(place, recorded, proving) : await anyRecord(place, size, proving)
  return [...before, signed, record]
}

/** Of no version a database is asked for its head alone. */
const nothing: Target = { path: '' }

async function isPassedOn(base: URL, { asker, database: { name } }: Proving): Promise<Step> {
  const answer = await supportedAt(base, name, asker)
  const wrong = wrongAnswer(answer)
  if (wrong === undefined) return good(`it passes ${name} on`)
  if (answer.status === 404 || answer.status === 410) {
    return problem(
      `${answer.url} answers ${answer.status}, after which go would ask https://${name} itself`,
      'let what is in front of the gate pass on /sumdb/ as everything else; or the key is that of another gate',
    )
  }
  const isRefused = answer.status === 401 || answer.status === 403
  const next = isRefused
    ? "put the gate's token into netrc: the go command sends it over https"
    : 'look at what is in front of the gate'
  return problem(`${answer.url}: ${wrong}`, nextOf(answer, next))
}

/**
 * Whether a path with an escaped capital letter arrives as it was sent, and the gate's own words come back: a proxy in between may do
 * otherwise. The gate asks nobody for what is below /cached-only/.
 */
async function keepsPaths(base: URL, { asker }: Proving): Promise<Step> {
  const url = below(base, '/cached-only/modgate.test/')
  url.pathname += '%21onboard/@v/v0.0.0.info'
  const { status, body, trouble } = await get(url, asker, { bytes: 4096, whole: false })
  if (trouble) return problem(`${publicUrl(url)}: ${trouble.message}`, nextAfter[trouble.kind])
  const code = /^modgate: (\S+) request /m.exec(body.toString())?.[1]
  if (code === 'bad-request' || code === 'no-such-page') {
    return problem(
      `something in front of the gate changes paths: ${publicUrl(url)} arrived as another one (${code})`,
      'have it pass paths on as they come: no decoding, no encoding, no merging of slashes',
    )
  }
  // Whatever else the gate says: it is offline, or wants a token.
  if (code !== undefined && (code !== 'not-cached' || status === 404))
    return good('paths and refusals come through as they were sent')
  return {
    outcome: 'warning',
    words: `something in front of the gate answers in its place (status ${status ?? 'unknown'} for what the gate refuses): go will not show why`,
    next: 'let it pass on status and text of errors; a 404 must come from the gate alone',
  }
}

function isSigned(head: Answer, database: KnownDatabase): Step {
  const wrong = wrongAnswer(head)
  if (wrong === undefined) return good(`its head is signed with the key${seenBefore(database)}`)
  switch (head.fault?.kind) {
    case 'unverified':
      return problem(
        `the head of ${database.name} is not signed with the key of these lines`,
        'ask whoever runs the gate for the key (modgate log key): it is another one, or somebody answers in its place',
      )
    case 'fork':
      return problem(
        `${wrong} (${database.pinned.file})`,
        'go would stop with SECURITY ERROR: before anything else ask whoever runs the gate whether a backup was restored',
      )
    case 'older-than-pinned':
      return {
        outcome: 'warning',
        words: `its head is signed with the key, and ${wrong.replace(/^it /, '')}`,
        next: 'go takes such a head for a while: something in front keeps answers too long, or a backup was restored',
      }
    default:
      return problem(`${head.url}: ${wrong}`, nextOf(head, "the gate's log says more"))
  }
}

function seenBefore({ pinned: { size } }: KnownDatabase): string {
  return size === undefined ? '' : `, and extends the head of ${counted(size, 'record')} that this machine has seen`
}

/** The last record of a log of so many, by what the log says: whether it is there is proved apart. */
async function lastRecord(place: URL, size: number, asker: Asker): Promise<Required<Target> | undefined> {
  const tile = tileInTree({ h: tileHeight, l: 0, n: Math.floor(Math.max(0, size - 1) / 2 ** tileHeight) }, size)
  if (!tile) return undefined
  const url = below(place, `/${tilePath({ ...tile, l: -1 })}`)
  const { status, trouble, body } = await get(url, asker, { bytes: 1 << 20, whole: true })
  if (status !== 200 || trouble) return undefined
  const last = body.toString().trimEnd().split('\n\n').at(-1)!
  const [path = '', version = ''] = last.split('\n')[0]!.split(' ')
  return isWhole({ path, version }) ? { path, version } : undefined
}

async function isProved(place: URL, target: Required<Target>, { asker, database }: Proving): Promise<Step> {
  const [lookup] = await databaseAnswers(place, database, { asker, target })
  const wrong = wrongAnswer(lookup!)
  const what = `${target.path}@${target.version}`
  if (wrong === undefined) return good(`its record of ${what} is proved to be under that head`)
  return problem(
    `its record of ${what}: ${wrong}`,
    nextOf(lookup!, "look at the gate's log: go would refuse this module"),
  )
}

/**
 * The record of a toolchain, of a database that does not show its records, or has none yet. It is no problem where there is none: an
 * empty log has proved its key, and cannot make a record without a network behind it.
 */
async function anyRecord(place: URL, size: number, proving: Proving): Promise<Step> {
  const { toolchain, asker, database } = proving
  const none =
    size === 0 ? `${database.name} has no record yet: the first build makes the first one` : 'no record was asked for'
  if (!toolchain) return { outcome: 'note', words: none }
  const [lookup] = await databaseAnswers(place, database, { asker, target: toolchain })
  if (lookup!.status === 200) return isProved(place, toolchain, proving)
  const said = lookup!.text.split('\n').find((line) => line.trim() !== '') ?? wrongAnswer(lookup!)!
  return {
    outcome: 'note',
    words: `${none}; there is none of ${toolchain.path}@${toolchain.version} (${said.slice(0, 300)})`,
    next: 'nothing, if the gate has no network behind it; else look at its upstream and database',
  }
}

function nextOf({ trouble, fault }: Answer, otherwise: string): string {
  if (trouble) return nextAfter[trouble.kind]
  return fault?.kind === 'html' ? 'let this path past the login: the go command can log in nowhere' : otherwise
}
