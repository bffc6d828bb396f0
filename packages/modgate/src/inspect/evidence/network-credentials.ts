/** The credentials that the go command would send: those in a URL, else netrc's, and over https only. They stay in here. */

import type { Machine } from '../../config/machine.ts'
import { readNetrcFile } from '../../config/netrc-file.ts'
import { netrcLogin, parseNetrc } from '../../core/netrc.ts'

/** The value of an Authorization header for a URL; undefined where none would be sent. */
export type Credentials = (url: URL) => string | undefined

/** Reads netrc where GOAUTH asks for it, as it does unless it is set. Commands of GOAUTH are not run. */
export async function readCredentials(machine: Machine, goauth: string): Promise<Credentials> {
  const methods = goauth.split(';').map((method) => method.trim())
  const isNetrc = goauth === '' || methods.includes('netrc')
  const entries = isNetrc ? parseNetrc((await readNetrcFile(machine))?.text ?? '') : []
  return (url) => {
    if (url.username !== '' || url.password !== '') {
      return basic(decoded(url.username), decoded(url.password))
    }
    const found = netrcLogin(entries, url)
    return found && basic(found.user, found.password)
  }
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
