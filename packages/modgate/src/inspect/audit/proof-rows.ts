/** The settings that are tried. */

import { planRoute } from '../../policy/route.ts'
import type { BuildEnvironment } from './environments.ts'
import type { AuditEvidence } from './evidence.ts'
import type { ProofModule } from './proof-world.ts'
import type { UsedModule } from './used-modules.ts'

export interface ProofRow {
  /** As people write it. */
  readonly name: string
  /** What is set; GOSUMDB is the sandbox's own database where it is not. */
  readonly settings: Readonly<Record<string, string>>
  readonly module: ProofModule
  /** For a row of a repository: whose settings they are, and whether its go.sum has the hash of this module. */
  readonly own?: { readonly place: string; readonly pinned: boolean }
}

const module: ProofModule = { path: 'proof.example/lib', version: 'v1.0.0' }

/** Those that people believe to matter. */
export const proofRows: readonly ProofRow[] = [
  { name: 'nothing set', settings: {}, module },
  { name: 'GONOSUMDB=*', settings: { GONOSUMDB: '*' }, module },
  { name: 'GOSUMDB=off', settings: { GOSUMDB: 'off' }, module },
  { name: 'GOPRIVATE=proof.example', settings: { GOPRIVATE: 'proof.example' }, module },
  { name: 'GOPRIVATE=other.example', settings: { GOPRIVATE: 'other.example' }, module },
  { name: 'GOFLAGS=-insecure', settings: { GOFLAGS: '-insecure' }, module },
  { name: 'GONOSUMCHECK=1', settings: { GONOSUMCHECK: '1' }, module },
  { name: 'GOINSECURE=*', settings: { GOINSECURE: '*' }, module },
]

const maxOwnRows = 6

/** Rows for what a repository's builds set, each with a module in use that it is about; at most six. */
export function ownRows({ environments, builds, used }: AuditEvidence): readonly ProofRow[] {
  const rows = new Map<string, ProofRow>()
  for (const build of [...environments, ...builds]) {
    const settings = mapped(build)
    const module = exampleFor(build, used)
    const key = JSON.stringify(settings)
    if (module === undefined || settings === undefined || rows.has(key)) continue
    const name =
      Object.entries(settings)
        .map(([variable, value]) => `${variable}=${value}`)
        .join(' ') || 'nothing set'
    const { path, version, pinned } = module
    rows.set(key, { name, settings, module: { path, version }, own: { place: build.name, pinned } })
  }
  return [...rows.values()].slice(0, maxOwnRows)
}

/** What decides about verification, and nothing that a go command could be made to run; undefined where it is not known. */
function mapped({ settings, unknown }: BuildEnvironment): Readonly<Record<string, string>> | undefined {
  if (unknown.has('GOSUMDB') || unknown.has('GONOSUMDB') || unknown.has('GOPRIVATE')) return undefined
  const { GOSUMDB, GONOSUMDB } = settings
  if (GONOSUMDB.includes('\0')) return undefined
  return { ...(GOSUMDB === 'off' && { GOSUMDB }), ...(GONOSUMDB !== '' && { GONOSUMDB }) }
}

/** The module that suffers most: one that is not verified, and has no hash in go.sum. */
function exampleFor({ settings }: BuildEnvironment, used: readonly UsedModule[]): UsedModule | undefined {
  // What has no go.mod of its own cannot be made up here.
  const usable = used.filter(({ version }) => !version.endsWith('+incompatible'))
  const skipped = usable.filter(({ path }) => planRoute(settings, path).checksum.kind === 'skipped')
  return skipped.find(({ pinned }) => !pinned) ?? skipped[0] ?? usable.find(({ pinned }) => !pinned) ?? usable[0]
}
