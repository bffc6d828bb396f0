/** The credentials that the go command would send: those in a URL, else netrc's, and over https only. They stay in here. */

import { pathsOf, type Machine } from '../../config/index.ts'

/** The value of an Authorization header for a URL; undefined where none would be sent. */
export type Credentials = (url: URL) => string | undefined

interface Login {
  readonly machine: string
  readonly login: string
  readonly password: string
}

/** Reads netrc where GOAUTH asks for it, as it does unless it is set. Commands of GOAUTH are not run. */
export async function readCredentials(machine: Machine, goauth: string): Promise<Credentials> {
  const methods = goauth.split(';').map((method) => method.trim())
  const isNetrc = goauth === '' || methods.includes('netrc')
  const logins = isNetrc ? parseNetrc(await netrcText(machine)) : []
  return (url) => {
    if (url.username !== '' || url.password !== '') {
      return basic(decoded(url.username), decoded(url.password))
    }
    const found = url.protocol === 'https:' ? logins.find(({ machine: host }) => host === url.host) : undefined
    return found && basic(found.login, found.password)
  }
}

async function netrcText(machine: Machine): Promise<string> {
  const { join } = pathsOf(machine)
  const read = (file: string) => machine.readFile(file).catch(() => undefined)
  const named = machine.environment['NETRC'] ?? ''
  if (named !== '') return (await read(named)) ?? ''
  const old = machine.platform === 'win32' ? await read(join(machine.home, '_netrc')) : undefined
  return old ?? (await read(join(machine.home, '.netrc'))) ?? ''
}

/** Pairs of words, line by line; a macro ends at an empty line. Like go's reader, it knows no `default`. */
function parseNetrc(text: string): readonly Login[] {
  const logins: Login[] = []
  let known: Partial<Record<'machine' | 'login' | 'password', string>> = {}
  let inMacro = false
  for (const line of text.split('\n')) {
    if (inMacro) {
      inMacro = line !== ''
      continue
    }
    const words = line.split(/\s+/).filter((word) => word !== '')
    for (let at = 0; at + 1 < words.length; at += 2) {
      const [key, value] = [words[at]!, words[at + 1]!]
      if (key === 'machine') known = { machine: value }
      else if (key === 'login' || key === 'password') known[key] = value
      else if (key === 'macdef') inMacro = true
      const { machine, login, password } = known
      if (machine === undefined || login === undefined || password === undefined) continue
      logins.push({ machine, login, password })
      known = {}
    }
  }
  return logins
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
