/** Collects the evidence and runs the checks that were asked for. */

import { nearest } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import type { Runner } from '../core/ports.ts'
import { checkUp, doctorChecks, type CheckResult } from '../inspect/doctor/check-up.ts'
import { collectEvidence, type DoctorEvidence } from '../inspect/doctor/evidence.ts'
import { collectCache } from '../inspect/evidence/module-cache.ts'
import { collectNetwork } from '../inspect/evidence/network-collect.ts'
import { groups } from '../inspect/finding.ts'
import { remark, type CommandLine } from './context.ts'
import type { DoctorFlags } from './doctor-flags.ts'
import { isScreen } from './progress.ts'
import { stopSignal } from './stop-signal.ts'

/** What was looked at, and what came of it. */
export interface Examination {
  readonly evidence: DoctorEvidence
  readonly results: readonly CheckResult[]
  readonly deep: boolean
}

/** Undefined where somebody pressed Ctrl-C while the network was asked; that is said, and the exit code set. */
export async function examine(
  command: CommandLine,
  flags: DoctorFlags,
  runner: Runner,
): Promise<Examination | undefined> {
  const wanted = selection(flags.only)
  const { machine } = command
  const evidence = await collectEvidence(machine, runner)
  const deep = flags.deep ?? false
  const { go, project } = evidence
  // Without a module the whole cache would be read, which may take minutes.
  const isCacheRead = deep || project !== undefined
  const cache = isCacheRead ? await collectCache(go, project, { machine, all: project === undefined, deep }) : undefined
  const network = deep ? await interruptible(command, askNetwork(command, flags, { evidence, runner })) : undefined
  if (deep && network === undefined) return undefined
  const whole = { ...evidence, ...(cache && { cache }), ...(network && { network }) }
  return { evidence: whole, results: checkUp(whole).filter(({ check }) => wanted(check)), deep }
}

interface Question {
  readonly evidence: DoctorEvidence
  readonly runner: Runner
}

function askNetwork({ machine }: CommandLine, { module }: DoctorFlags, { evidence, runner }: Question) {
  const { go, project } = evidence
  return collectNetwork(go, { machine, runner, ...(project && { project }), ...(module !== undefined && { module }) })
}

/** The work's result, with a line that says what is waited for on a terminal; undefined after Ctrl-C. */
async function interruptible<T>(command: CommandLine, work: Promise<T>): Promise<T | undefined> {
  const { stderr } = command.process
  const isTerminal = isScreen(command.process)
  if (isTerminal) stderr.write('asking proxies and databases … (Ctrl-C stops it)')
  const stop = stopSignal(process)
  const first = await Promise.race([work.then((value) => ({ value })), stop.asked.then((signal) => ({ signal }))])
  stop.forget()
  if (isTerminal) stderr.write('\r\x1b[K')
  if ('value' in first) return first.value
  work.catch(() => undefined)
  remark(command, 'modgate: stopped before all had answered')
  command.process.exitCode = first.signal === 'SIGINT' ? 130 : 143
  return undefined
}

/** Which checks `--only` names: groups by their names, in any case and with hyphens, and ids. Throws a Failure for what is neither. */
function selection(only: string | undefined): (check: { readonly id: string; readonly group: string }) => boolean {
  if (only === undefined) return () => true
  const names = only.split(',').map(key)
  const known = new Set([...groups, ...doctorChecks.map(({ id }) => id)].map(key))
  for (const name of names) if (!known.has(name)) throw unknown(name, known)
  return ({ id, group }) => names.includes(key(id)) || names.includes(key(group))
}

function key(name: string): string {
  return name.trim().toLowerCase().replaceAll(' ', '-')
}

function unknown(name: string, known: ReadonlySet<string>): Failure {
  const meant = nearest(name, known)
  return new Failure('configuration', {
    asked: `--only ${name}`,
    who: 'modgate',
    why: `no group and no check is called ${JSON.stringify(name)}`,
    next: meant === undefined ? 'see modgate doctor --list' : `did you mean ${meant}? see modgate doctor --list`,
  })
}
