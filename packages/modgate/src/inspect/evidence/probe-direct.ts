/** The way without a proxy: where the module's host says its repository is, and whether git gets there. */

import type { Runner } from '../../core/ports.ts'
import { goImports, matchImport, type GoImport } from '../../source/discovery/go-import.ts'
import { knownRoot } from '../../source/discovery/known-hosts.ts'
import type { Answer, Place } from './network-evidence.ts'
import { answerOf } from './probe-content.ts'
import { blankPlace, contactOf } from './probe-place.ts'
import { get, publicUrl, type Asker } from './probe-request.ts'

export interface DirectOptions {
  readonly asker: Asker
  readonly runner: Runner
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Milliseconds for git. */
  readonly milliseconds: number
}

/** Asks a module's own host. */
export async function directPlace(path: string, options: DirectOptions): Promise<Place> {
  const known = wellKnownRepository(path)
  const url = new URL(`https://${path}?go-get=1`)
  const blank = { ...blankPlace('direct', new URL(url.origin), 'never'), reached: true }
  const contact = await contactOf(url, options.asker.wire, options.asker)
  if (contact.trouble) return { ...blank, contact }
  if (known !== undefined) return { ...blank, contact, answers: [await gitAnswer(known, options)] }
  const page = await get(url, options.asker, { bytes: 1 << 20, whole: false })
  const repository = repositoryIn(page.body, path)
  const asked = answerOf('go-get', page)
  const fault = { kind: 'malformed', message: 'no go-import meta tag for the module' } as const
  if (repository === undefined)
    return { ...blank, contact, answers: [{ ...asked, ...(asked.trouble ? {} : { fault }) }] }
  const rest = repository.vcs === 'git' ? [await gitAnswer(repository.repository, options)] : []
  return { ...blank, contact, answers: [asked, ...rest] }
}

/** The repository that the path itself names, so that the go command asks no page: over https, the first scheme that it tries. */
function wellKnownRepository(path: string): string | undefined {
  const known = knownRoot(path)
  if (known === undefined || known.kind === 'invalid' || known.vcs !== 'git') return undefined
  return known.kind === 'root' ? known.url : `https://${known.place}`
}

/** What the page says of the module, where it says one thing. */
function repositoryIn(page: Uint8Array, path: string): GoImport | undefined {
  const match = matchImport(goImports(page).imports, path)
  return match.kind === 'match' ? match.import : undefined
}

/** `git ls-remote`, which is the first thing that the go command does there. It asks nobody for a password. */
async function gitAnswer(repository: string, options: DirectOptions): Promise<Answer> {
  const { runner, environment, milliseconds } = options
  const url = URL.parse(repository)
  const answer = { thing: 'git' as const, url: url === null ? repository.slice(0, 200) : publicUrl(url), redirects: [] }
  if (url === null || !['https:', 'ssh:', 'git+ssh:'].includes(url.protocol)) {
    return { ...answer, text: '', trouble: broken('its page names no repository that go takes from a secure host') }
  }
  const started = performance.now()
  const result = await runner.run(['git', 'ls-remote', '-q', '--', url.href, 'HEAD'], {
    environment: {
      ...environment,
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '',
      SSH_ASKPASS: '',
      GIT_SSH_COMMAND: environment['GIT_SSH_COMMAND'] ?? 'ssh -o BatchMode=yes',
    },
    timeoutMs: milliseconds,
  })
  const totalMs = performance.now() - started
  if (result.code === 0) return { ...answer, status: 200, text: '', totalMs }
  const said = result.stderr.trim().split('\n').at(-1) ?? ''
  const words =
    result.trouble === 'not-there' ? 'git is not installed' : said || (result.trouble ?? `exit ${result.code}`)
  return { ...answer, text: '', totalMs, trouble: broken(words.replace(/[^\x20-\x7e]/g, '').slice(0, 300)) }
}

function broken(message: string): NonNullable<Answer['trouble']> {
  return { kind: 'broken', phase: 'request', message }
}
