/** One git process: its arguments, its limits, and what its failure means. Never a shell, never a name that somebody else chose as an option. */

import { hideSecrets } from '../../core/secrets.ts'
import { shellWord } from '../../core/shell-word.ts'
import { Failure } from '../../core/failure.ts'
import type { FailureCode } from '../../core/failure-codes.ts'
import type { ProgramEnd, StartProgram } from '../../core/ports.ts'
import { places, type PlaceLimits } from './places.ts'
import type { GitEnvironment, RemoteAccess } from './git-environment.ts'

export interface GitCall {
  /** GIT_DIR. */
  readonly repository: string
  readonly args: readonly string[]
  /** Standard input. */
  readonly input?: string
  /** What it is for, in the field's words: the subject of a failure. */
  readonly asked: string
  /** Absent: the process can reach no other machine. */
  readonly access?: RemoteAccess
  /** Where to, for the words of a failure. */
  readonly who: string
  /** Milliseconds, default 60,000. */
  readonly timeoutMs?: number
  /** Gives up its place in the line. A process that runs goes on: others may wait for it. */
  readonly signal?: AbortSignal
  /** Called where the process was killed and could not clean up. */
  readonly uncleanly?: () => void
}

export interface GitEnd extends ProgramEnd {
  readonly stdout: Buffer
}

/** Runs git. */
export interface Git {
  /**
   * Runs it to its end. A code that is not 0 is an answer. Throws a Failure: `git-missing`, `origin-timeout`, `origin-too-large`
   * (more than `limit` bytes of output), `origin-unreachable` (killed), `overloaded` (no place, or no room in
   * the system); without access `store-failed` instead of the origin's codes.
   */
  run(call: GitCall, limit: number): Promise<GitEnd>
  /** Its output while it runs. Throws a Failure where it does not end well; a reader that leaves ends it. */
  stream(call: GitCall): AsyncIterable<Uint8Array>
  /** Runs it until `watch` says why not: it is asked a few times a second. */
  watched(call: GitCall, watch: () => Promise<Failure | undefined>): Promise<ProgramEnd>
}

const defaultTimeoutMs = 60_000
const watchEveryMs = 200

/** Processes at a time that talk to other machines, and that only read. One kind never waits for the other. */
const placeLimits: PlaceLimits = { inAll: 24, forHost: 8, waitMs: 60_000 }

export function git(start: StartProgram, environmentOf: GitEnvironment, limits = placeLimits): Git {
  const environment = ({ repository, access }: GitCall) => environmentOf(repository, access)
  return versionControl(start, { program: 'git', missing: 'git-missing', cwd: () => '/', environment }, limits)
}

/** How a program of version control is started. */
export interface Launch {
  readonly program: string
  /** The code of the failure where it cannot be started. */
  readonly missing: FailureCode
  readonly cwd: (call: GitCall) => string
  /** All of it. */
  readonly environment: (call: GitCall) => Readonly<Record<string, string>>
}

/** Runs any program of version control as git is run: so many at a time, within limits, with failures in the same words. */
export function versionControl(start: StartProgram, launch: Launch, limits = placeLimits): Git {
  const slots = { remote: places(limits), local: places(limits) }
  const refuseTrouble = (call: GitCall, end: ProgramEnd) => checkEnd(launch, call, end)
  const refused = (call: GitCall, end: ProgramEnd) => programRefused(launch.program, call, end)
  const begin = async (call: GitCall) => {
    const { args, access, input = '', timeoutMs = defaultTimeoutMs, signal } = call
    const host = access?.url === undefined ? undefined : URL.parse(access.url)?.host
    const leave = await slots[access === undefined ? 'local' : 'remote']({ host, signal })
    if (leave === undefined) throw noPlace(launch, call, { limits, host })
    try {
      const running = start([launch.program, ...args], {
        cwd: launch.cwd(call),
        environment: launch.environment(call),
        timeoutMs,
        input,
      })
      void running.ended.then(leave)
      return running
    } catch (error) {
      leave()
      throw error
    }
  }
  return {
    async run(call, limit) {
      const running = await begin(call)
      const chunks: Uint8Array[] = []
      let size = 0
      for await (const chunk of quietly(running.output)) {
        chunks.push(chunk)
        size += chunk.byteLength
        if (size > limit) running.stop()
        if (size > limit) break
      }
      const end = await running.ended
      if (size > limit) throw failed(call, 'origin-too-large', `more than ${limit} bytes`)
      refuseTrouble(call, end)
      return { ...end, stdout: Buffer.concat(chunks, size) }
    },

    async *stream(call) {
      const running = await begin(call)
      try {
        yield* quietly(running.output)
        const end = await running.ended
        refuseTrouble(call, end)
        if (end.code !== 0) throw refused(call, end)
      } finally {
        running.stop()
      }
    },

    async watched(call, watch) {
      const running = await begin(call)
      let refused: Failure | undefined
      const ended = running.ended.then((end) => ({ end }))
      const drained = drain(running.output)
      for (;;) {
        const done = await Promise.race([ended, pause(watchEveryMs)])
        if (done !== undefined) {
          await drained
          if (refused && !done.end.isClean) call.uncleanly?.()
          if (refused) throw refused
          refuseTrouble(call, done.end)
          return done.end
        }
        refused ??= await watch()
        if (refused) running.stop()
      }
    },
  }
}

interface Line {
  readonly limits: PlaceLimits
  readonly host: string | undefined
}

function noPlace({ program }: Launch, call: GitCall, { limits, host }: Line): Failure {
  const { inAll, forHost, waitMs } = limits
  const where = host === undefined ? '' : `, at most ${forHost} of them for ${host}`
  const why = `${inAll} ${program} processes run at a time${where}, and within ${waitMs / 1000} s none of them ended`
  return new Failure('overloaded', { asked: call.asked, who: 'modgate', why })
}

/** A process that was stopped breaks its output; what that means is said by its end. */
async function* quietly(output: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* output
  } catch {
    // See above.
  }
}

async function drain(output: AsyncIterable<Uint8Array>): Promise<void> {
  const chunks = quietly(output)[Symbol.asyncIterator]()
  while ((await chunks.next()).done !== true);
}

const pause = (milliseconds: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds))

function checkEnd({ program, missing }: Launch, call: GitCall, { trouble, isClean }: ProgramEnd): void {
  if (!isClean) call.uncleanly?.()
  if (trouble === undefined) return
  const { timeoutMs = defaultTimeoutMs } = call
  if (trouble === 'not-there') throw failed(call, missing, `the program ${program} cannot be started`)
  if (trouble === 'no-room') {
    const why = `the system has no process, descriptor or memory left to start ${program} with`
    throw new Failure('overloaded', { asked: call.asked, who: 'modgate', why })
  }
  const late = `${program} did not end within ${timeoutMs / 1000} s`
  if (call.access) {
    if (trouble === 'timeout') throw failed(call, 'origin-timeout', late)
    throw failed(call, 'origin-unreachable', `${program} was ended from outside`)
  }
  if (trouble === 'timeout') throw new Failure('store-failed', { asked: call.asked, who: 'modgate', why: late })
  throw mirrorDamaged(call, `${program} was ended from outside, or by what it read,`)
}

/** The failure of a git process that ended with a code of its own, as `programRefused` has it. */
export function gitRefused(call: GitCall, end: ProgramEnd): Failure {
  return programRefused('git', call, end)
}

/**
 * The failure of a process that ended with a code of its own: `origin-unreachable` with its words where it was to reach a repository, and
 * `mirror-damaged` where it only worked on a mirror. Its words then are for the log: they name places on this disk.
 */
export function programRefused(program: string, call: GitCall, { code, stderr }: ProgramEnd): Failure {
  const { access, args, repository } = call
  const why = `${program} ${args[0]} ended with code ${code}`
  if (access === undefined) return mirrorDamaged(call, why, stderr)
  const hidden = hideSecrets(stderr.trim(), secretsIn(access))
  const said = repository.length > 1 ? hidden.replaceAll(repository, 'MIRROR') : hidden
  return failed(call, 'origin-unreachable', why, said).with({ next: byHand(program, call.who) })
}

const questions: Readonly<Record<string, string>> = {
  git: 'git ls-remote',
  hg: 'hg identify',
  svn: 'svn info',
  fossil: 'fossil clone',
}

/** What shows an operator the same trouble without the gate. */
export function byHand(program: string, url: string): string {
  const command = `${questions[program] ?? program} ${shellWord(url)}`
  return `run ${command} where modgate runs; check the credentials for its host`
}

function mirrorDamaged({ asked }: GitCall, what: string, stderr = ''): Failure {
  const why = `${what} on modgate's copy of the repository`
  return new Failure('mirror-damaged', { asked, who: 'modgate', why, cause: new Error(stderr.trim()) })
}

/** Values that a caller gave for one repository and that are no address: a server may repeat what it was sent. */
function secretsIn(access: RemoteAccess = {}): readonly string[] {
  const values = (access.config ?? []).flatMap(([key, value]) => (/url\.|\.url$/i.test(key) ? [] : [value]))
  const environment = Object.entries(access.environment ?? {}).flatMap(([name, value]) =>
    name === 'GIT_SSH_COMMAND' ? [] : [value],
  )
  return [...values, ...environment].flatMap((value) => [value, ...value.split(/\s+/)])
}

function failed({ asked, who }: GitCall, code: FailureCode, why: string, said = ''): Failure {
  return new Failure(code, { asked, who, why, ...(said === '' ? {} : { said }) })
}
