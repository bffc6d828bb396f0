/** `.info` files as the go command writes them into its cache, whatever a proxy has sent (cmd/go/internal/modfetch, writeDiskStat). */

import { compactJSON } from '@modgate/gomod/modfile'
import { isPseudoVersion, type ModuleVersion } from '@modgate/gomod/module'
import type { VersionInfo } from '../modload/version-info.ts'

/** Where a version comes from, as an info says it: texts only, in Go's order (cmd/go/internal/modfetch/codehost, Origin). */
export type Origin = Readonly<Record<string, string>>

const originFields = ['VCS', 'URL', 'Subdir', 'Hash', 'TagPrefix', 'TagSum', 'Ref', 'RepoSum'] as const
/** These say whether the answer to a query still holds, and are forgotten with the query. */
const passingFields: readonly string[] = ['TagPrefix', 'TagSum', 'RepoSum']

/** The text for the info of `module`, which has been read into `info` from `bytes`. */
export function infoText(module: ModuleVersion, { version, time }: VersionInfo, bytes: Uint8Array): string {
  const origin = Object.entries(originIn(bytes) ?? {}).filter(([name]) => {
    // Which ref led to a pseudo-version does not matter: it names its commit itself.
    return !passingFields.includes(name) && !(name === 'Ref' && isPseudoVersion(module.version))
  })
  const hasOrigin = originIn(bytes) !== undefined
  return compactJSON({ Version: version, Time: time, ...(hasOrigin ? { Origin: Object.fromEntries(origin) } : {}) })
}

/** The origin in an info; undefined where there is none. */
export function originIn(bytes: Uint8Array): Origin | undefined {
  const { Origin } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly Origin?: unknown }
  if (typeof Origin !== 'object' || Origin === null) return undefined
  const given = Origin as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    originFields.flatMap((name) => {
      const value = given[name]
      return typeof value === 'string' && value !== '' ? [[name, value] as const] : []
    }),
  )
}
