/**
 * From arguments to an exit code: 0 done, 1 failed, 2 used wrongly. Each command is one file that says how it is called and
 * loads what it needs when it runs; only the file of the command that was asked for is loaded, for a start is felt.
 */

import {
  ArgumentScannerError,
  buildApplication,
  buildRouteMap,
  ExitCode,
  formatMessageForArgumentScannerError,
  help,
  run,
  text_en,
  version,
  type Application,
  type ApplicationText,
  type Command,
  type RouteMap,
} from '@stricli/core'
import type { Machine } from '../config/machine.ts'
import { hideSecrets } from '../core/secrets.ts'
import type { CommandLine, Streams } from './context.ts'
import { knownSecrets } from './known-secrets.ts'
import { failureExitCode, failureText } from './report-failure.ts'
import { modgateVersion } from './version-number.ts'

type Target = Command<CommandLine> | RouteMap<CommandLine>

const commands: Readonly<Record<string, () => Promise<Target>>> = {
  audit: async () => (await import('./audit.ts')).auditCommand,
  env: async () => (await import('./env.ts')).envCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  match: async () => (await import('./match.ts')).matchCommand,
  resolve: async () => (await import('./resolve.ts')).resolveCommand,
  download: async () => (await import('./download.ts')).downloadCommand,
  upgrades: async () => (await import('./upgrades.ts')).upgradesCommand,
  vendor: async () => (await import('./vendor.ts')).vendorCommand,
  policy: async () => (await import('./policy.ts')).policyCommands,
  'ci-env': async () => (await import('./ci-env.ts')).ciEnvCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  config: async () => (await import('./config.ts')).configCommands,
  mcp: async () => (await import('./mcp.ts')).mcpCommand,
  cache: async () => (await import('./cache.ts')).cacheCommands,
  log: async () => (await import('./log.ts')).logCommands,
  bundle: async () => (await import('./bundle.ts')).bundleCommands,
  warm: async () => (await import('./warm.ts')).warmCommand,
  token: async () => (await import('./token.ts')).tokenCommands,
  onboard: async () => (await import('./onboard.ts')).onboardCommand,
  verify: async () => (await import('./verify.ts')).verifySumsCommand,
  trace: async () => (await import('./trace.ts')).traceCommands,
  bench: async () => (await import('./bench.ts')).benchCommands,
  refresh: async () => (await import('./refresh.ts')).refreshCommand,
  version: async () => (await import('./version.ts')).versionCommand,
}

/** Runs one command line to its end. Never throws: what goes wrong stands on standard error. */
export async function runCommandLine(args: readonly string[], streams: Streams, machine: Machine): Promise<number> {
  const report = { stream: streams.stderr, debug: machine.environment['MODGATE_DEBUG'] === '1' }
  const { stdout, stderr } = streams
  const secrets = await knownSecrets(machine)
  const context: CommandLine = { process: { stdout, stderr, env: machine.environment }, machine, secrets }
  const text = (error: unknown) => hideSecrets(failureText(error, report), secrets)
  try {
    await run(await application(args, text), args, context)
    return exitCode(context.process.exitCode ?? 0)
  } catch (error) {
    stderr.write(`${text(error)}\n`)
    return failureExitCode(error)
  }
}

/** The command line with the one command that is named first, or with all of them where that names none. */
export async function application(
  args: readonly string[],
  failure: (error: unknown) => string = String,
): Promise<Application<CommandLine>> {
  const [name] = args
  const needed = name === '--version' || name === '-v' ? 'version' : name
  const wanted = Object.entries(commands).filter(([command]) => command === needed)
  const loaded = wanted.length > 0 ? wanted : Object.entries(commands)
  const routes = await Promise.all(loaded.map(async ([command, load]) => [command, await load()] as const))
  const root = buildRouteMap<string, CommandLine>({
    routes: Object.fromEntries(routes),
    docs: {
      brief: 'A Go module gateway: one URL, one key, nothing exempt',
      fullDescription:
        'A Go module gateway: caches, verifies, explains.\n\nExample:\n  modgate serve\n  modgate COMMAND --help',
    },
  })
  const config = {
    name: 'modgate',
    // What follows -- is a command of somebody else's, with flags of its own, or modules only, as go mod download has it.
    scanner: {
      caseStyle: 'allow-kebab-for-camel',
      allowArgumentEscapeSequence: ['trace', 'download'].includes(name ?? ''),
    },
    documentation: { disableAnsiColor: true },
    localization: { text: texts(commandNamed(root, args), failure) },
    determineExitCode: failureExitCode,
  } as const
  return buildApplication(root, config, {
    help: help({ brief: 'Print this help and exit', defaultForRouteMap: true, formatting: shortUsage }),
    version: version({
      brief: 'Print the version and exit',
      info: { getCurrentVersion: async () => modgateVersion() },
    }),
  })
}

/** As much of the arguments as names a command or a group of them: whose help it is that helps. */
function commandNamed(root: Target, args: readonly string[]): string {
  const words = ['modgate']
  let target: Target | undefined = root
  for (const word of args) {
    target = 'getRoutingTargetForInput' in target ? target.getRoutingTargetForInput(word) : undefined
    if (!target) break
    words.push(word)
  }
  return words.join(' ')
}

/** Two dozen flags in a usage line help nobody. */
const shortUsage = {
  useAliasInUsageLine: false,
  onlyRequiredInUsageLine: true,
  caseStyle: 'convert-camel-to-kebab',
} as const

function texts(command: string, failure: (error: unknown) => string): ApplicationText {
  const usage = (message: string) => `modgate: ${message}\n  next: see ${command} --help`
  return {
    ...text_en,
    exceptionWhileRunningCommand: failure,
    exceptionWhileLoadingCommandFunction: failure,
    commandErrorResult: failure,
    exceptionWhileParsingArguments: (error) => usage(argumentProblem(error)),
    noCommandRegisteredForInput: ({ input, corrections }) =>
      usage(`${JSON.stringify(input)} is no command${meant(corrections.map((name) => name.replaceAll('`', '')))}`),
  }
}

function argumentProblem(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) return String(error)
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) =>
      `--${input} is no flag${meant(corrections.map((name) => `--${name}`))}`,
    UnexpectedPositionalError: ({ input }) => `${JSON.stringify(input)} is one argument too many`,
    UnsatisfiedPositionalError: ({ placeholder }) => `${placeholder} is missing`,
    UnsatisfiedFlagError: ({ externalFlagName }) => `--${externalFlagName} needs a value`,
  })
}

function meant(corrections: readonly string[]): string {
  return corrections.length > 0 ? `; did you mean ${corrections.join(' or ')}?` : ''
}

/** The parser's own codes are negative; what it could not understand was used wrongly, anything else failed. */
function exitCode(code: number): number {
  if (code === ExitCode.UnknownCommand || code === ExitCode.InvalidArgument) return 2
  return code < 0 ? 1 : code
}
