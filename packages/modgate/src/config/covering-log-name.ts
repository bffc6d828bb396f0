/** The name of the gate's own checksum database, as GOSUMDB takes one. */

import { written } from './written.ts'

/** `undefined` for `off`. A path is allowed behind the host, as `/e2` after a rotation. */
export const coveringLogName = written('the name of a checksum database', (text): string | undefined => {
  if (text === 'off') return undefined
  if (text.includes('+')) throw new Error('holds a +, which ends the name in a key')
  if (text.includes(':')) throw new Error('holds a port or a scheme: the name becomes a directory of every client')
  if (text === 'sum.golang.org') throw new Error('is the name of the public database')
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(\/[A-Za-z0-9._-]+)*$/.test(text) || /(^|\/)\.{1,2}(\/|$)/.test(text)) {
    throw new Error('is no host with a path behind it')
  }
  return text
})
