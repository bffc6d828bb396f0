/**
 * What the go command sends along over https: netrc's logins, and what the commands of GOAUTH say (`go help goauth`), asked when it
 * asks them. The recorder stands between the go command and a proxy, and the go command sends none of this over plain http.
 */

import type { OutgoingHttpHeaders } from 'node:http'
import type { Machine } from '../config/machine.ts'
import { readNetrcFile } from '../config/netrc-file.ts'
import { parseNetrc } from '../core/netrc.ts'
import type { Runner } from '../core/ports.ts'
import { splitQuoted } from '../inspect/evidence/go-quoted.ts'

export interface GoAuth {
  /** Headers for a URL of https. */
  headersFor(url: URL): Promise<OutgoingHttpHeaders>
  /** The URL was refused with a status of 400 to 499: the commands are asked about it, with the head of the answer. */
  refused(url: URL, head: string): Promise<void>
}

export interface GoAuthParts {
  readonly machine: Machine
  readonly runner: Runner
}

/** Milliseconds. A helper may ask somebody at the terminal. */
const helperMs = 120_000

/** Constructs it from a value of GOAUTH. Nothing runs before the first URL. */
export function goAuth(goauth: string, parts: GoAuthParts): GoAuth {
  const methods = (goauth.trim() === '' ? 'netrc' : goauth).split(';').map((method) => method.trim())
  if (methods.includes('off')) return { headersFor: async () => ({}), refused: async () => undefined }
  const known = new Map<string, OutgoingHttpHeaders>()
  const learn = async (url?: URL, head?: string) => {
    // What is named first wins, since it comes last.
    for (const method of methods.toReversed()) {
      for (const [prefix, headers] of await answersOf(method, { ...parts, url, head })) store(known, prefix, headers)
    }
  }
  let first: Promise<void> | undefined
  return {
    async headersFor(url) {
      await (first ??= learn())
      return lookUp(known, url)
    },
    refused: (url, head) => learn(url, head),
  }
}

type Answers = readonly (readonly [prefix: string, headers: OutgoingHttpHeaders])[]

interface Question extends GoAuthParts {
  readonly url: URL | undefined
  readonly head: string | undefined
}

/** What a method says; nothing where it fails, as for the go command. */
async function answersOf(method: string, question: Question): Promise<Answers> {
  const [word, directory] = method.split(/\s+/)
  if (word === 'netrc') return netrcAnswers(question.machine)
  if (word === 'git' && directory !== undefined) return gitAnswers(directory, question)
  return commandAnswers(method, question)
}

async function netrcAnswers(machine: Machine): Promise<Answers> {
  const entries = parseNetrc((await readNetrcFile(machine))?.text ?? '')
  // The first entry of a machine counts, and so comes last.
  return entries.toReversed().flatMap(({ machine: name, login = '', password = '' }) => {
    const isWhole = name !== 'default' && login !== '' && password !== ''
    return isWhole ? [[name, { authorization: basic(login, password) }] as const] : []
  })
}

/** git can only be asked about a URL. */
async function gitAnswers(directory: string, { url, machine, runner }: Question): Promise<Answers> {
  if (url === undefined) return []
  const { code, stdout } = await runner.run(['git', 'credential', 'fill'], {
    ...{ cwd: directory, environment: machine.environment, input: `url=${url.href}\n`, timeoutMs: helperMs },
  })
  if (code !== 0) return []
  const said = new Map(
    stdout.split('\n').map((line) => [line.split('=', 1)[0]!, line.slice(line.indexOf('=') + 1).trim()]),
  )
  const path = said.get('path')
  const prefix = `${said.get('protocol')}://${said.get('host')}${path === undefined ? '' : `/${path}`}`
  if (!url.href.startsWith(prefix)) return []
  return [[prefix, { authorization: basic(said.get('username') ?? '', said.get('password') ?? '') }]]
}

async function commandAnswers(command: string, { url, head, machine, runner }: Question): Promise<Answers> {
  const [program, ...words] = splitQuoted(command) ?? []
  if (program === undefined) return []
  const { code, stdout } = await runner.run([program, ...words, ...(url === undefined ? [] : [url.href])], {
    ...{ cwd: machine.cwd, environment: machine.environment, timeoutMs: helperMs },
    ...(head === undefined ? {} : { input: head }),
  })
  return code === 0 ? parseAnswers(stdout) : []
}

/** Blocks of URLs, an empty line, headers, an empty line. What does not have this form counts for nothing. */
export function parseAnswers(text: string): Answers {
  const blocks = text.split('\n\n')
  if (blocks.pop() !== '' || blocks.length % 2 !== 0) return []
  const answers: Answers[number][] = []
  for (let at = 0; at < blocks.length; at += 2) {
    const headers: Record<string, string> = {}
    for (const line of blocks[at + 1]!.split('\n')) {
      const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? []
      if (name === undefined || value === undefined) return []
      headers[name.toLowerCase()] = value.trim()
    }
    for (const prefix of blocks[at]!.split('\n')) answers.push([prefix, headers])
  }
  return answers
}

function store(known: Map<string, OutgoingHttpHeaders>, prefix: string, headers: OutgoingHttpHeaders): void {
  const key = prefix.replace(/^https:\/\//, '').replace(/\/$/, '')
  if (Object.keys(headers).length === 0) known.delete(key)
  else known.set(key, headers)
}

/** Those of the longest prefix, in whole elements of the path. */
function lookUp(known: ReadonlyMap<string, OutgoingHttpHeaders>, { host, pathname, search }: URL): OutgoingHttpHeaders {
  const elements = `${host}${pathname}${search}`.replace(/\/$/, '').split('/')
  for (let count = elements.length; count > 0; count--) {
    const found = known.get(elements.slice(0, count).join('/'))
    if (found !== undefined) return found
  }
  return {}
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
