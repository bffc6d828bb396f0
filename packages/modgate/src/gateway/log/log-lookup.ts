/** The file of a record: a guess where it stands in the log, which is proved before it is believed. */

import { isValidRecordText, parseCount } from '@modgate/gomod/tlog'
import type { ModuleVersion } from '../../core/ports.ts'
import type { LoggedRecord } from './covering-log.ts'

export interface LookupFile {
  readonly record: LoggedRecord
  /** What lookup-seals.ts has made of it, where it was proved before. */
  readonly seal?: Uint8Array
}

export function formatLookup({ id, text }: LoggedRecord, seal?: Uint8Array): Uint8Array {
  return Buffer.from(`${id}\n${text}${seal ? `${Buffer.from(seal).toString('base64')}\n` : ''}`)
}

/** Undefined for bytes that are no record of this version. */
export function parseLookup(content: string, module: ModuleVersion): LookupFile | undefined {
  const [number = '', zip, goMod, seal = '', ...rest] = content.split('\n', 6)
  const id = parseCount(number)
  const text = `${zip}\n${goMod}\n`
  if (id === undefined || rest.length > 1 || !isRecordOf(text, module)) return undefined
  return { record: { id, text }, ...(seal === '' ? {} : { seal: Buffer.from(seal, 'base64') }) }
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
