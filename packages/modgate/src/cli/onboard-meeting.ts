/** Finds the gate that `modgate onboard` is about, has its key from where it can be believed most, and has both proved. */

import { parseSumdb, SettingError } from '@modgate/gomod/goenv'
import { gateUrl } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { isLoopback } from '../inspect/doctor/proxy-list.ts'
import { readCredentials } from '../inspect/evidence/network-credentials.ts'
import { trustedAuthorities } from '../inspect/evidence/network-trust.ts'
import type { GoEnvironment } from '../inspect/evidence/go-environment.ts'
import type { Asker } from '../inspect/evidence/probe-request.ts'
import { tlsTrust, type TlsTrust } from '../inspect/evidence/probe-tls.ts'
import { readPinnedHead } from '../inspect/evidence/tree-head.ts'
import { askGate } from '../inspect/onboard/gate-offer.ts'
import { proveGate } from '../inspect/onboard/gate-proof.ts'
import type { Offer } from '../inspect/onboard/offer.ts'
import { problem, type Step } from '../inspect/onboard/step.ts'
import { clientVariables, type ClientTarget, type WithoutLog } from '../report/client-settings.ts'
import type { Variables } from '../report/variable-lines.ts'
import { cacheConfig } from './cache-store.ts'
import type { CommandLine } from './context.ts'
import { withLog } from './log-directory.ts'
import type { OnboardFlags } from './onboard-flags.ts'

export interface Meeting {
  readonly url: string
  /** What GOSUMDB is to be; absent where it is not known, or Go's default will do. */
  readonly key?: string
  /** Whether the key is that of a log of the gate's own. */
  readonly hasLog: boolean
  /** What a client sets; absent where it must not be used. */
  readonly variables?: Variables
  readonly steps: readonly Step[]
  /** False with --no-check. */
  readonly checked: boolean
  readonly proved: boolean
}

/** Milliseconds for one phase of a request, and for all of them. A gate may ask its own database before it answers. */
const phaseMs = 8_000
const allMs = 40_000

/** Meets it. Throws a Failure `usage` or `configuration` for flags and settings that cannot be; what the gate does is a step. */
export async function meetGate(command: CommandLine, flags: OnboardFlags, go: GoEnvironment): Promise<Meeting> {
  const wanted = await wantedGate(command, flags)
  const url = wanted.base.href.replace(/\/+$/, '')
  const blank = { url, checked: flags.check, proved: false, steps: [], hasLog: wanted.key !== undefined }
  if (!flags.check && wanted.key !== undefined)
    return { ...blank, ...client({ url, logKey: wanted.key }, { exempt: '' }) }
  const asker = await askerOf(command, go)
  const { offer, steps } = await askGate(wanted.base, asker)
  if (!offer) return { ...blank, steps }
  const trusted = offer.log ? judgedLog(wanted, offer.log) : judgedDatabase(wanted, offer)
  const soFar = { ...blank, hasLog: offer.log !== undefined, steps: [...steps, ...trusted.steps] }
  const { database } = trusted
  if (database === undefined || soFar.steps.some(({ outcome }) => outcome === 'problem')) return soFar
  const settings = client({ url, logKey: offer.log && database.key }, offer)
  if (!flags.check) return { ...soFar, ...settings }
  const pinned = await readPinnedHead(command.machine, go, database)
  const proof = await proveGate(wanted.base, { asker, database: { ...database, pinned }, toolchain: toolchainOf(go) })
  const proved = !proof.some(({ outcome }) => outcome === 'problem')
  return { ...soFar, ...(proved && settings), proved, steps: [...soFar.steps, ...proof] }
}

function client(target: ClientTarget, without: WithoutLog): Pick<Meeting, 'key' | 'variables'> {
  const variables = clientVariables(target, without)
  const key = variables['GOSUMDB']
  return { variables, ...(key !== undefined && { key }) }
}

interface Wanted {
  readonly base: URL
  readonly key?: string
  /** Who vouches for the key. */
  readonly keyFrom?: '--key' | 'the data directory'
}

async function wantedGate(command: CommandLine, flags: OnboardFlags): Promise<Wanted> {
  const pinned = flags.key === undefined ? {} : { key: checkedKey(flags.key), keyFrom: '--key' as const }
  const named = flags.gate ?? flags.url
  if (named !== undefined) return { base: gateAt(named), ...pinned }
  const config = await cacheConfig(command, flags, true)
  const base = gateAt(config.publicUrl ?? gateUrl(config))
  if (flags.key !== undefined || config.log === undefined) return { base, ...pinned }
  const key = await withLog(config, (log) => log.key.verifier).catch(notHere)
  return { base, key, keyFrom: 'the data directory' }
}

/** A log that is not here may be elsewhere. */
function notHere(error: unknown): never {
  if (!(error instanceof Failure) || error.code !== 'configuration') throw error
  const { asked, who, why, next, cause } = error
  const elsewhere = `say with --gate where the gate is; on the machine of the gate: ${next}`
  throw new Failure('configuration', { asked, who, why, next: elsewhere, cause })
}

function checkedKey(text: string): string {
  const key = text.trim()
  if (nameIn(key) !== undefined) return key
  const whole = 'give what modgate log key prints on the machine of the gate, whole: name+hash+key'
  throw wrong(`--key ${text}`, 'is no verifier line', whole)
}

/** Like the go command, a host alone is one behind https. */
function gateAt(text: string): URL {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`)
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw wrong(`--gate ${text}`, 'is no http or https URL', 'give the URL that the gate shows at its start')
  if (url.username !== '' || url.password !== '')
    throw wrong('--gate', 'holds credentials, which every reader of the lines would have', 'put them into netrc')
  if (url.search !== '' || url.hash !== '')
    throw wrong(`--gate ${text}`, 'has a query or a fragment', 'give the URL alone')
  return url
}

function wrong(asked: string, why: string, next: string): Failure {
  return new Failure('usage', { asked, who: 'modgate', why, next })
}

async function askerOf({ machine }: CommandLine, go: GoEnvironment): Promise<Asker> {
  let trust: Promise<TlsTrust> | undefined
  return {
    wire: {
      trust: () => (trust ??= trustedAuthorities(machine).then(tlsTrust)),
      environment: machine.environment,
      phaseMs,
      now: Date.now,
    },
    credentials: await readCredentials(machine, go.variables.get('GOAUTH')?.value ?? ''),
    signal: AbortSignal.timeout(allMs),
  }
}

interface Trusted {
  readonly steps: readonly Step[]
  /** The one that is to be proved. */
  readonly database?: { readonly name: string; readonly key: string }
}

function judgedLog({ base, key: wanted, keyFrom }: Wanted, { key, closed }: NonNullable<Offer['log']>): Trusted {
  const name = nameIn(key)
  if (name === undefined)
    return { steps: [problem('the key that it offers is none', 'check the URL: a gate offers a whole key')] }
  if (wanted !== undefined && wanted !== key) {
    const words = `its key is ${key}, and that of ${keyFrom!} is ${wanted}`
    return {
      steps: [
        problem(
          words,
          'ask whoever runs the gate: the log was rotated, or this is another gate, or somebody in between',
        ),
      ],
    }
  }
  const refusing = closed && problem(`its log refuses to sign: ${closed.why}`, closed.next)
  return {
    steps: [keyStep(base, keyFrom), ...(refusing ? [refusing] : [])],
    database: { name, key },
  }
}

function keyStep({ protocol, host }: URL, keyFrom: Wanted['keyFrom']): Step {
  if (keyFrom !== undefined) return { outcome: 'good', words: `its key is that of ${keyFrom}` }
  const next = 'compare it with what its operator gives you (modgate log key), or say it with --key'
  const isPlain = protocol === 'http:' && !isLoopback(host)
  return isPlain
    ? {
        outcome: 'warning',
        words: 'its key is believed at first sight, over plain http: anybody in between may have given another one',
        next,
      }
    : { outcome: 'note', words: 'its key is believed at first sight', next }
}

/** The name of a key that stands in GOSUMDB alone, as the go command takes it. A stranger may offer anything. */
function nameIn(key: string): string | undefined {
  const database = databaseIn(key)
  return database?.key === key ? database.name : undefined
}

/** Of a gate without a log: the database that it passes on. */
function judgedDatabase({ key, keyFrom }: Wanted, { sumdb = 'sum.golang.org', exempt }: Offer): Trusted {
  if (key !== undefined) {
    const words = `it has no log of its own, and ${keyFrom!} has a key of one`
    return {
      steps: [problem(words, 'have the gate run with its log (without --log-name off), or onboard without a key')],
    }
  }
  const database = databaseIn(sumdb)
  if (database === undefined || !/^[\x21-\x7e]*$/.test(exempt)) {
    const words = 'it has no log of its own and passes no checksum database on: nothing would be verified'
    return { steps: [problem(words, 'have the gate run with its log or with a database (--sumdb)')] }
  }
  const words = `it has no log of its own: ${exempt === '' ? 'private modules' : exempt} will be verified by nobody but go.sum`
  return {
    steps: [{ outcome: 'warning', words, next: 'have the gate run with its log (without --log-name off)' }],
    database,
  }
}

/** Undefined for what switches verification off, leads elsewhere, or is no one line of print. */
function databaseIn(sumdb: string): { readonly name: string; readonly key: string } | undefined {
  if (!/^[\x21-\x7e]+$/.test(sumdb)) return undefined
  try {
    const database = parseSumdb(sumdb)
    return database.kind === 'database' && database.url === undefined ? database : undefined
  } catch (error) {
    if (error instanceof SettingError) return undefined
    throw error
  }
}

/** The toolchain that is installed here, as a module: every log can have a record of it. */
function toolchainOf({ goVersion, variables }: GoEnvironment) {
  const [os, arch] = ['GOHOSTOS', 'GOHOSTARCH'].map((name) => variables.get(name)?.value)
  if (!/^go1\.\d+\.\d+$/.test(goVersion ?? '') || !os || !arch) return undefined
  return { path: 'golang.org/toolchain', version: `v0.0.1-${goVersion}.${os}-${arch}` }
}
