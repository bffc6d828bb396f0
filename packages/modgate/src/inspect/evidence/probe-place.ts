/** Asks one module proxy, over the network or in a folder, for everything that the go command may ask it for. */

import { formatRequest, type ModuleRequest } from '@modgate/gomod/proxy'
import { fileURLToPath } from 'node:url'
import type { Machine } from '../../config/index.ts'
import type { Answer, Contact, Place, Thing } from './network-evidence.ts'
import { connect, type Wire } from './probe-contact.ts'
import { answerOf, versionIn } from './probe-content.ts'
import { get, publicUrl, type Asker } from './probe-request.ts'
import { isWhole, type Target } from './probe-target.ts'

const zipStart = { bytes: 1_024, whole: false }
const smallFile = { bytes: 1 << 20, whole: false }

/** Reaches a place once, only to see how. */
export async function contactOf(url: URL, wire: Wire, options: Pick<Asker, 'signal' | 'insecure'>): Promise<Contact> {
  const { contact, socket } = await connect(url, wire, { ...options, alpn: ['h2', 'http/1.1'] })
  socket?.destroy()
  return contact
}

/** Asks a proxy whether it relays a checksum database. The question names no module. */
export async function supportedAt(base: URL, name: string, asker: Asker): Promise<Answer> {
  const url = below(base, formatRequest({ kind: 'sumdb', name, resource: { kind: 'supported' } }))
  return answerOf('supported', await get(url, asker, smallFile))
}

/** Asks a proxy for the files of a module version and what it knows of the module. In the order of the table. */
export async function moduleAt(base: URL, target: Target, asker: Asker): Promise<readonly Answer[]> {
  const { path } = target
  const ask = async (request: Exclude<ModuleRequest, { kind: 'sumdb' | 'query' }>) => {
    const amount = request.kind === 'zip' ? zipStart : smallFile
    return answerOf(request.kind, await get(below(base, formatRequest(request)), asker, amount), target.version)
  }
  const version = target.version ?? (await latestVersion(base, path, asker))
  const general = [ask({ kind: 'list', path }), ask({ kind: 'latest', path })]
  const files = (['info', 'mod', 'zip'] as const).map((kind) =>
    version === undefined ? undefined : ask({ kind, path, version }),
  )
  const answers = await Promise.all([...files, ...general])
  return answers.filter((answer) => answer !== undefined)
}

/** The version that a proxy answers to `@latest`; undefined where it answers none. */
async function latestVersion(base: URL, path: string, asker: Asker): Promise<string | undefined> {
  const { status, body } = await get(below(base, formatRequest({ kind: 'latest', path })), asker, smallFile)
  const version = status === 200 ? versionIn(body) : undefined
  return version !== undefined && isWhole({ path, version }) ? version : undefined
}

/** The same questions to a folder (`file://`): what is there answers 200, the rest 404. */
export async function folderAnswers(machine: Machine, base: URL, target: Target): Promise<readonly Answer[]> {
  const { path, version } = target
  const files = version === undefined ? [] : (['info', 'mod', 'zip'] as const).map((kind) => ({ kind, path, version }))
  const requests = [...files, { kind: 'list', path } as const]
  return Promise.all(requests.map((request) => fileAt(machine, below(base, formatRequest(request)), request.kind)))
}

/** Asks a folder whether it relays a checksum database. */
export async function folderSupported(machine: Machine, base: URL, name: string): Promise<Answer> {
  const url = below(base, formatRequest({ kind: 'sumdb', name, resource: { kind: 'supported' } }))
  return fileAt(machine, url, 'supported')
}

async function fileAt(machine: Machine, url: URL, thing: Thing): Promise<Answer> {
  const answer = { thing, url: publicUrl(url), text: '', redirects: [] }
  try {
    const found = await machine.realPath(fileURLToPath(url, { windows: machine.platform === 'win32' }))
    return { ...answer, status: found === undefined ? 404 : 200 }
  } catch (error) {
    return { ...answer, trouble: { kind: 'unreadable', phase: 'request', message: (error as Error).message } }
  }
}

/** Like the go command, a base path works with and without its trailing slash. */
export function below(base: URL, path: string): URL {
  const url = new URL(base)
  url.pathname = `${base.pathname.replace(/\/+$/, '')}${path}`
  return url
}

/** A place of which nothing has been asked yet. */
export function blankPlace(kind: Place['kind'], url: URL, fallback: Place['fallback']): Place {
  return { kind, name: nameOf(url), fallback, reached: false, answers: [] }
}

/** How a place is named: its URL without credentials and a last slash. */
export function nameOf(url: URL | string): string {
  return publicUrl(new URL(url)).replace(/\/$/, '')
}
