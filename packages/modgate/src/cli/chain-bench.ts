/** What `modgate bench chain` does: finds chains and modules, has the rounds run, and shows what they came to. */

import { open } from 'node:fs/promises'
import { pathsOf } from '../config/machine.ts'
import { Failure } from '../core/failure.ts'
import { hideSecrets } from '../core/secrets.ts'
import { commandClock } from '../core/system.ts'
import { fetchSettingsOf, readGoEnvironment } from '../inspect/evidence/go-environment.ts'
import { readCredentials } from '../inspect/evidence/network-credentials.ts'
import { chainBenchMarkdown } from '../report/chain-bench-markdown.ts'
import { chainBenchSvg } from '../report/chain-bench-svg.ts'
import { chainBenchText } from '../report/chain-bench-text.ts'
import { paintFor } from '../report/findings-paint.ts'
import { peer } from '../source/peer.ts'
import { trafficCount } from '../source/traffic-count.ts'
import { compareChains, type ChainComparison } from '../timing/chain-comparison.ts'
import { chainRounds } from '../timing/chain-rounds.ts'
import { fileKinds } from '../timing/chain-turn.ts'
import { rehearse } from '../timing/rehearsal.ts'
import type { ChainFlags } from './bench-flags.ts'
import { benchModules } from './chain-bench-modules.ts'
import { namedChains, type Chains } from './chain-names.ts'
import { print, type CommandLine } from './context.ts'
import { interruptible } from './interruptible.ts'
import { countProgress } from './progress.ts'

/** Milliseconds. */
const limits = { connectMs: 10_000, firstByteMs: 30_000, stallMs: 30_000 }
const fileDeadlineMs = 120_000

/** Measures, prints, and sets the exit code. Throws a Failure where nothing could be measured. */
export async function benchChains(command: CommandLine, flags: ChainFlags): Promise<void> {
  if (flags.json && flags.markdown) throw usage('--markdown', 'is another form than --json', 'leave one of them out')
  const settings = fetchSettingsOf(await readGoEnvironment(command.machine))
  const chains = namedChains(flags.chain ?? [], settings.GOPROXY)
  // A file that cannot be written is better known before long work than after it.
  const picture = await pictureFile(command, flags)
  const modules = await benchModules(command, { ...flags, exempt: settings.GONOPROXY })
  const credentials = await readCredentials(command.machine, settings.GOAUTH)
  const total = chains.list.length * flags.rounds * modules.length * fileKinds.length
  const bar = countProgress(command.process, 'bench', total, 'file')
  const traffic = trafficCount()
  const work = interruptible('bench chain', async (signal) => {
    const connect = () => peer({ limits, clock: commandClock, authorize: async (url) => credentials(url) })
    const options = { modules, traffic, signal, connect, width: flags.jobs, deadlineMs: fileDeadlineMs }
    // A web proxy would be asked for the loopback, which is none of its business.
    if (!hasWebProxy(command)) await rehearse(options)
    return chainRounds(chains.list, flags.rounds, { ...options, onFile: () => bar.done(1) })
  })
  const turns = await work.finally(() => {
    bar.end()
    traffic.end()
  })
  const comparison = compareChains(turns, { modules, rounds: flags.rounds, width: flags.jobs })
  show(command, { comparison, chains, flags })
  await picture?.(hideSecrets(chainBenchSvg(comparison), secretsOf(command, chains)))
  if (comparison.chains.some(({ first }) => first.answered === 0)) command.process.exitCode = 1
}

function hasWebProxy({ machine: { environment } }: CommandLine): boolean {
  return Boolean(environment['HTTP_PROXY'] ?? environment['http_proxy'])
}

interface Shown {
  readonly comparison: ChainComparison
  readonly chains: Chains
  readonly flags: ChainFlags
}

function show(command: CommandLine, { comparison, chains, flags: { json, markdown } }: Shown): void {
  const hiding = { ...command, secrets: secretsOf(command, chains) }
  if (json) print(hiding, comparison)
  else if (markdown) print(hiding, chainBenchMarkdown(comparison))
  else print(hiding, chainBenchText(comparison, paintFor(command.process.stdout)))
}

const secretsOf = ({ secrets = [] }: CommandLine, chains: Chains) => [...secrets, ...chains.secrets]

/** Makes the file, empty. */
async function pictureFile(
  { machine }: CommandLine,
  { svg }: ChainFlags,
): Promise<((text: string) => Promise<void>) | undefined> {
  if (svg === undefined) return undefined
  const path = pathsOf(machine).resolve(machine.cwd, svg)
  const write = async (text: string) => {
    try {
      await using handle = await open(path, 'w')
      await handle.writeFile(text)
    } catch (error) {
      const next = 'name a file in a directory that is there, on a disk with room'
      throw usage(`--svg ${svg}`, `cannot be written: ${(error as Error).message}`, next)
    }
  }
  await write('')
  return write
}

const usage = (asked: string, why: string, next: string) => new Failure('usage', { asked, who: 'modgate', why, next })
