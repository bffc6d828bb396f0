/** Whether a pseudo-version says the truth about its commit (Go: codeRepo.validatePseudoVersion). */

import { ModuleError, pseudoVersionBase, pseudoVersionRev, pseudoVersionTime } from '@modgate/gomod/module'
import { compare, major } from '@modgate/gomod/semver'
import type { Failure } from '../../core/failure.ts'
import type { Revision } from './code-host.ts'
import { versionInvalid, type ModuleCode } from './module-code.ts'

/**
 * Checks commit, time and base. A base that no tag before the commit stands for would let anybody invent a version that sorts above all
 * others, and an unlimited number of names for one commit.
 *
 * Throws a Failure `version-invalid`.
 */
export async function checkPseudoVersion(code: ModuleCode, revision: Revision, version: string): Promise<void> {
  const refuse = (why: string) => versionInvalid(code, version, `invalid pseudo-version: ${why}`)
  const fault = commitFault(revision, version)
  if (fault !== undefined) throw refuse(fault)
  const base = understood(refuse, () => pseudoVersionBase(version.replace(/\+incompatible$/, '')))
  if (base !== '') return checkBase(code, { revision, version, base }, refuse)
  if (code.place.pseudoMajor === '' && major(version) === 'v1') {
    throw refuse('major version without preceding tag must be v0, not v1')
  }
}

/** What is wrong with the id or the time. */
function commitFault({ short, time }: Revision, version: string): string | undefined {
  const id = pseudoVersionRev(version)
  if (id !== short) {
    if (id.startsWith(short)) return `revision is longer than canonical (expected ${short})`
    if (short.startsWith(id)) return `revision is shorter than canonical (expected ${short})`
    return `does not match short name of revision (expected ${short})`
  }
  const [claimed, why] = timeOf(version)
  if (claimed === undefined) return why
  const expected = time.toISOString().slice(0, 19).replace(/[-T:]/g, '')
  return claimed === time.getTime() ? undefined : `does not match version-control timestamp (expected ${expected})`
}

function timeOf(version: string): readonly [milliseconds: number | undefined, why: string] {
  try {
    return [pseudoVersionTime(version).getTime(), '']
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
    return [undefined, error.reason]
  }
}

function understood<T>(refuse: (why: string) => Failure, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
    throw refuse(error.reason)
  }
}

interface Based {
  readonly revision: Revision
  readonly version: string
  readonly base: string
}

async function checkBase(
  { place, host }: ModuleCode,
  { revision, version, base }: Based,
  refuse: (why: string) => Failure,
): Promise<void> {
  const id = pseudoVersionRev(version)
  const canonical = revision.tags.find(
    (tag) => (tag.startsWith(place.tagPrefix) ? tag.slice(place.tagPrefix.length) : tag) === base,
  )
  if (canonical !== undefined) {
    throw refuse(
      `tag (${canonical}) found on revision ${id} is already canonical, so should not be replaced with a pseudo-version derived from that tag`,
    )
  }
  // Tags with build metadata are equal to the base and stand for it.
  const equal = host
    .tags(`${place.tagPrefix}${base}`)
    .filter((tag) => compare(tag.slice(place.tagPrefix.length), base) === 0)
  for (const tag of equal) if (await host.descendsFrom(revision.commit, tag)) return
  const last = equal.at(-1)
  throw refuse(
    last === undefined
      ? `preceding tag (${base}) not found`
      : `revision ${id} is not a descendent of preceding tag (${last})`,
  )
}
