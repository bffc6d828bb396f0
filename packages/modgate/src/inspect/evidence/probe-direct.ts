/** The way without a proxy: where the module's host says its repository is, and whether git gets there. */

import type { Runner } from '../../core/ports.ts'
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
  const repository = repositoryIn(page.body.toString(), path)
  const asked = answerOf('go-get', page)
  const fault = { kind: 'malformed', message: 'no go-import meta tag for the module' } as const
  if (repository === undefined)
    return { ...blank, contact, answers: [{ ...asked, ...(asked.trouble ? {} : { fault }) }] }
  const rest = repository.vcs === 'git' ? [await gitAnswer(repository.url, options)] : []
  return { ...blank, contact, answers: [asked, ...rest] }
}

/** Hosts whose paths say where the repository is, so that the go command asks no page (`go help importpath`). */
function wellKnownRepository(path: string): string | undefined {
  const elements = path.split('/')
  if (['github.com', 'bitbucket.org'].includes(elements[0]!) && elements.length >= 3) {
    return `https://${elements.slice(0, 3).join('/')}`
  }
  const end = elements.findIndex((element, index) => index > 0 && element.endsWith('.git'))
  return end < 0 ? undefined : `https://${elements.slice(0, end + 1).join('/')}`
}

interface Repository {
  readonly vcs: string
  readonly url: string
}

/** What the page's go-import tag says of the module. */
function repositoryIn(page: string, path: string): Repository | undefined {
  const head = page.slice(0, 256 * 1024)
  for (const [tag] of head.matchAll(/<meta\s[^<>]{0,2000}>/gi)) {
    if (!/name\s*=\s*["']?go-import\b/i.test(tag)) continue
    const [, content = ''] = /content\s*=\s*["']([^"']*)["']/i.exec(tag) ?? []
    const [prefix = '', vcs = '', url = ''] = content.trim().split(/\s+/)
    if (path === prefix || path.startsWith(`${prefix}/`)) return { vcs, url }
  }
  return undefined
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
