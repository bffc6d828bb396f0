/** The name of the gate's own checksum database, as GOSUMDB takes one. */

import { written } from './written.ts'

/** It becomes a directory of every client, and that of a tile hangs below it. */
const longest = 128

/** What a database answers, and what its log keeps, below its name: another name could not be told from it. */
const reserved = new Set(['supported', 'latest', 'lookup', 'tile', 'bundle', 'index', 'times'])

/** Throws for what cannot be a name. A path is allowed behind the host, as `/e2` after a rotation. */
export function checkLogName(text: string): string {
  if (text.includes('+')) throw new Error('holds a +, which ends the name in a key')
  if (text.includes(':')) throw new Error('holds a port or a scheme: the name becomes a directory of every client')
  if (text === 'sum.golang.org') throw new Error('is the name of the public database')
  if (text.length > longest) throw new Error(`has more than ${longest} characters`)
  const [host = '', ...path] = text.split('/')
  const isHost = host.split('.').every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label))
  if (!isHost || !path.every((element) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(element))) {
    throw new Error('is no host with a path behind it')
  }
  const taken = path.find((element) => reserved.has(element))
  if (taken !== undefined) throw new Error(`has the element ${taken}, which means something else below a name`)
  return text
}

/** A name, or `off`. */
export const coveringLogName = written('the name of a checksum database', (text) =>
  text === 'off' ? text : checkLogName(text),
)

/** What a new log is called where nobody gave it a name: after where clients reach the gate, else after the machine. */
export function newLogName(publicUrl: string | undefined, hostName: string): string {
  const named = publicUrl === undefined ? undefined : new URL(publicUrl)
  const wanted = named ? `${named.hostname}${named.pathname.replace(/\/+$/, '')}` : hostName.toLowerCase()
  try {
    return checkLogName(wanted === 'localhost' ? '' : wanted)
  } catch {
    return 'modgate.localhost'
  }
}
