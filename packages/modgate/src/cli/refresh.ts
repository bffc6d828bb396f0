/** `modgate refresh MODULE[@QUERY]` */

import { escapePath, escapeVersion } from '@modgate/gomod/module'
import { buildCommand } from '@stricli/core'
import { gateUrl, loadServeConfig, pathsOf, redact } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { print, type CommandLine } from './context.ts'

interface Flags {
  readonly gate?: string
  /** What `gate` was called once. */
  readonly url?: string
  readonly tokenFile?: string
  readonly json?: boolean
}

/** What a gate answers to `POST /-/refresh/MODULE[@QUERY]`: one entry for each mutable answer that it asked for anew. */
export interface RefreshAnswer {
  readonly module: string
  readonly answers: readonly RefreshedAnswer[]
}

interface RefreshedAnswer {
  /** `list`, `latest` or the query. */
  readonly answer: string
  readonly changed: boolean
  /** What it says now, in a few words: `v1.4.0`, `12 versions`. */
  readonly now?: string
  readonly before?: string
}

/** A gate asks its upstreams before it answers; this is more than its own limits add up to. */
const timeoutMs = 120_000

export const refreshCommand = buildCommand<Flags, [string], CommandLine>({
  docs: {
    brief: 'Have a running gate ask its upstreams anew',
    fullDescription: [
      'Has a running gate ask anew for what can change of a module: its versions, the latest one, or one query.',
      '',
      'Example:',
      '  modgate refresh github.com/gin-gonic/gin',
      '  modgate refresh corp.example/lib@main --gate https://modgate.corp.example',
    ].join('\n'),
  },
  parameters: {
    flags: {
      gate: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'URL',
        brief: 'The gate [the one that the settings here describe]',
      },
      url: { kind: 'parsed', parse: String, optional: true, hidden: true, placeholder: 'URL', brief: 'As --gate' },
      tokenFile: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'A file with a token, for a gate that wants one',
      },
      json: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print JSON' },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: String, placeholder: 'MODULE[@QUERY]', brief: 'A module path, and a query such as latest or main' },
      ],
    },
  },
  async func(flags, module) {
    const url = `${(flags.gate ?? flags.url ?? (await configuredUrl(this))).replace(/\/+$/, '')}/-/refresh/${escaped(module)}`
    const token = flags.tokenFile === undefined ? undefined : await tokenIn(this, flags.tokenFile)
    const answer = await post(url, { module, token })
    print(this, flags.json ? answer : refreshText(answer))
  },
})

/** What changed, a line for each answer. */
export function refreshText({ module, answers }: RefreshAnswer): string {
  const lines = answers.map(({ answer, changed, now, before }) => {
    const news = changed ? (before === undefined ? 'new' : `was ${before}`) : 'unchanged'
    return `  ${answer.padEnd(8)} ${now ?? '-'} (${news})`
  })
  return [module, ...lines].join('\n')
}

/** Only the address matters, so Go's settings are not looked up. */
async function configuredUrl(command: CommandLine): Promise<string> {
  const { config } = await loadServeConfig({ upstream: 'off', sumdb: 'off' }, command.machine)
  return gateUrl(config)
}

function escaped(module: string): string {
  const at = module.indexOf('@')
  try {
    if (at < 0) return escapePath(module)
    return `${escapePath(module.slice(0, at))}@${encodeURIComponent(escapeVersion(module.slice(at + 1)))}`
  } catch (error) {
    throw new Failure('usage', {
      asked: module,
      who: 'modgate',
      why: (error as Error).message,
      next: 'see modgate refresh --help',
    })
  }
}

async function tokenIn({ machine }: CommandLine, file: string): Promise<string> {
  const text = await machine.readFile(pathsOf(machine).resolve(machine.cwd, file)).catch(() => undefined)
  const token = text?.trim() ?? ''
  if (/^[\x21-\x7e]+$/.test(token)) return token
  const why = text === undefined ? 'cannot be read' : 'holds no token'
  const next = 'give a file with what modgate token add has printed'
  throw new Failure('usage', { asked: `--token-file ${file}`, who: 'modgate', why, next })
}

interface Asked {
  readonly module: string
  readonly token: string | undefined
}

async function post(url: string, { module, token }: Asked): Promise<RefreshAnswer> {
  const headers = { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  let response: Response
  try {
    response = await fetch(url, { method: 'POST', headers, signal: AbortSignal.timeout(timeoutMs) })
  } catch (error) {
    throw new Failure('upstream-unreachable', {
      asked: module,
      who: redact(url),
      why: `no answer from the gate: ${causeOf(error)}`,
      next: 'start it with modgate serve, or say with --gate where it is',
      cause: error,
    })
  }
  const text = await response.text()
  if (!response.ok) throw refused(response.status, text, { url, module })
  return JSON.parse(text) as RefreshAnswer
}

function refused(status: number, text: string, { url, module }: { url: string; module: string }): Failure {
  return new Failure('upstream-error', {
    asked: module,
    who: redact(url),
    why: `the gate answered ${status}`,
    said: saidIn(text),
    next: "the gate's log has more",
  })
}

/** A gate answers JSON with `why`; something in front of it, anything. */
function saidIn(text: string): string {
  try {
    const { why } = JSON.parse(text) as { why?: unknown }
    if (typeof why === 'string') return why
  } catch {
    // Not JSON: the text itself is what was said.
  }
  return text.slice(0, 500)
}

/** fetch hides the reason in the cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.message || ((cause as NodeJS.ErrnoException).code ?? cause.name) : String(cause)
}
