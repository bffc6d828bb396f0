/** The `.info` of a version, byte for byte as the go command writes it into its module cache (Go: modfetch.RevInfo, writeDiskStat). */

import { createHash } from 'node:crypto'
import { compactJSON } from '@modgate/gomod/modfile'
import { isPseudoVersion, quote } from '@modgate/gomod/module'
import { canonical } from '@modgate/gomod/semver'
import type { CodeVersion } from './code-version.ts'
import type { ModuleCode } from './module-code.ts'

/**
 * Version, time and origin. The order of the fields is Go's, as are the spellings of `<`, `>` and `&`. A pseudo-version holds its commit, so
 * which branch led there does not matter and is left out.
 */
export function formatInfo(code: ModuleCode, found: CodeVersion): string {
  const isTagged = !isPseudoVersion(found.version)
  return formatted(code, found, { ...(isTagged ? { Ref: found.revision.ref } : {}) })
}

/**
 * The same as the answer to a query (`main`, a commit), with what it was answered by: the branch, and of a pseudo-version the tags, so that
 * one can see whether it would be answered so again (Go: codeRepo.convert, codehost.Origin).
 */
export function formatAnswer(code: ModuleCode, found: CodeVersion): string {
  const { ref } = found.revision
  if (!isPseudoVersion(found.version)) return formatted(code, found, { Ref: ref })
  const { tagPrefix, pathMajor } = code.place
  const prefix = pathMajor === '' ? tagPrefix : `${tagPrefix}${pathMajor.slice(1)}.`
  return formatted(code, found, { TagPrefix: prefix, TagSum: tagSum(code, prefix), Ref: ref })
}

/** Go's sum of the tags that begin so and that stand for a version; undefined for a system whose tags have no commits by name alone. */
function tagSum({ host, place }: ModuleCode, prefix: string): string | undefined {
  const { tagged } = host
  if (!tagged) return undefined
  const hash = createHash('sha256')
  for (const tag of host.tags(prefix)) {
    const text = tag.slice(place.tagPrefix.length)
    const version = canonical(text)
    if (version === '' || !text.startsWith(version) || isPseudoVersion(text)) continue
    hash.update(`${quote(tag)} ${tagged(tag)}\n`)
  }
  return `t1:${hash.digest('base64')}`
}

function formatted(
  { place, host }: ModuleCode,
  { version, revision }: CodeVersion,
  { Ref, ...tags }: Readonly<Record<string, string | undefined>>,
): string {
  const origin = {
    ...{ VCS: host.vcs, URL: host.url, Subdir: place.directory },
    ...(host.hasNumbers === true ? {} : { Hash: revision.commit }),
    ...{ ...tags, Ref },
  }
  const set = Object.entries(origin).filter(([, value]) => value !== undefined && value !== '')
  const { fraction = '' } = revision
  const time = revision.time.toISOString().replace('.000Z', fraction === '' ? 'Z' : `.${fraction}Z`)
  return compactJSON({ Version: version, Time: time, Origin: Object.fromEntries(set) })
}
