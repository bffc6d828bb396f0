/** Names of version control systems, in a list. */

import { versionControls, type VersionControl } from '../core/version-control.ts'
import { written } from './written.ts'

/** Comma-separated names, each once, at least one. */
export const versionControlList = written('a list of version control systems', parseVersionControls)

function parseVersionControls(text: string): readonly VersionControl[] {
  const names = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const known: readonly string[] = versionControls
  const wrong = names.find((each) => !known.includes(each))
  if (wrong !== undefined) throw new Error(`has ${JSON.stringify(wrong)}, which is none of ${known.join(', ')}`)
  if (names.length === 0) throw new Error(`names none of ${known.join(', ')}`)
  return versionControls.filter((each) => names.includes(each))
}
