/** The `.info` of a version, byte for byte as the go command writes it into its module cache (Go: modfetch.RevInfo, writeDiskStat). */

import { compactJSON } from '@modgate/gomod/modfile'
import { isPseudoVersion } from '@modgate/gomod/module'
import type { CodeVersion } from './code-version.ts'
import type { ModuleCode } from './module-code.ts'

/**
 * Version, time and origin. The order of the fields is Go's, as are the spellings of `<`, `>` and `&`. A pseudo-version holds its commit, so
 * which branch led there does not matter and is left out.
 */
export function formatInfo({ place, host }: ModuleCode, found: CodeVersion): string {
  const { version, revision } = found
  const isTagged = !isPseudoVersion(version)
  const origin = {
    VCS: host.vcs,
    URL: host.url,
    ...(place.directory === '' ? {} : { Subdir: place.directory }),
    ...(host.hasNumbers === true ? {} : { Hash: revision.commit }),
    ...(isTagged && revision.ref !== undefined ? { Ref: revision.ref } : {}),
  }
  const { fraction = '' } = revision
  const time = revision.time.toISOString().replace('.000Z', fraction === '' ? 'Z' : `.${fraction}Z`)
  return compactJSON({ Version: version, Time: time, Origin: origin })
}
