/** The file of a record: a guess where it stands in the log, which is proved before it is believed. */

import { isValidRecordText, parseCount } from '@modgate/gomod/tlog'
import type { ModuleVersion } from '../../core/ports.ts'
import type { LoggedRecord } from './covering-log.ts'

/** Undefined for bytes that are no record of this version. */
export function parseLookup(content: string, module: ModuleVersion): LoggedRecord | undefined {
  const end = content.indexOf('\n')
  const id = parseCount(content.slice(0, end))
  const text = content.slice(end + 1)
  return id !== undefined && isRecordOf(text, module) ? { id, text } : undefined
}

/** Whether a text is the two lines of exactly this version: a record of another one must not answer for it. */
export function isRecordOf(text: string, { path, version }: ModuleVersion): boolean {
  const [zip = '', goMod = ''] = text.split('\n')
  const isLine = (line: string, start: string) =>
    line.startsWith(start) && /^h1:[A-Za-z0-9+/]{43}=$/.test(line.slice(start.length))
  return (
    isLine(zip, `${path} ${version} `) &&
    isLine(goMod, `${path} ${version}/go.mod `) &&
    isValidRecordText(Buffer.from(text))
  )
}
