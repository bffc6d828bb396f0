/** `.info` files: which version it is, and when it was made (https://go.dev/ref/mod#goproxy-protocol). */

import { ModuleError, pseudoVersionTime, versionString, type ModuleVersion } from '@modgate/gomod/module'
import { Failure } from '../core/failure.ts'
import { advised } from './advice.ts'
import type { ModFiles } from './mod-files.ts'

export interface VersionInfo {
  readonly version: string
  /** RFC 3339, as Go prints it: the year 1 where the info has no time. */
  readonly time: string
}

/** Reads and checks the info of a version. Throws a Failure where there is none, or it is not of this version. */
export async function readInfo(files: ModFiles, module: ModuleVersion): Promise<VersionInfo> {
  const reading = Promise.resolve(files.read({ kind: 'info', ...module }))
  const bytes = await reading.catch((error: unknown) => {
    throw error instanceof Failure ? advised(error) : error
  })
  const asked = versionString(module)
  if (bytes === undefined) {
    const why = 'nobody who may be asked has its info'
    throw new Failure('module-not-found', { asked, who: 'modgate', why })
  }
  const info = parseInfo(bytes, asked)
  if (info.version === module.version) return info
  throw new Failure('upstream-invalid', { asked, who: 'its proxy', why: `the info is of version ${info.version}` })
}

/** The same of any answer that has the form of an info. Throws a Failure `upstream-invalid` for one that has not. */
export function parseInfo(bytes: Uint8Array, asked: string): VersionInfo {
  const invalid = (why: string) => new Failure('upstream-invalid', { asked, who: 'its proxy', why })
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw invalid('the info is no JSON')
  }
  const { Version, Time = noTime } = (value ?? {}) as { readonly Version?: unknown; readonly Time?: unknown }
  if (typeof Version !== 'string') throw invalid('the info has no version')
  const time = typeof Time === 'string' ? goTime(Time) : undefined
  if (time === undefined) throw invalid('the time in the info is none')
  return { version: Version, time }
}

/** What Go prints of a time that is not set. */
export const noTime = '0001-01-01T00:00:00Z'
const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/

/** A time as Go prints it again: no zeros at the end of a fraction of at most nine digits, and `Z` for no offset. */
function goTime(text: string): string | undefined {
  const [, seconds, fraction = '', zone = ''] = form.exec(text) ?? []
  if (seconds === undefined) return undefined
  const digits = fraction.slice(0, 9).replace(/0+$/, '')
  return `${seconds}${digits === '' ? '' : `.${digits}`}${/^[+-]00:00$/.test(zone) ? 'Z' : zone}`
}

/** The time in a pseudo-version; undefined where it is no date. */
export function timeOfPseudo(version: string): Date | undefined {
  try {
    return pseudoVersionTime(version)
  } catch (error) {
    if (error instanceof ModuleError) return undefined
    throw error
  }
}
