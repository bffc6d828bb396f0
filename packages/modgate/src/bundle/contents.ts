/** What goes into a bundle: the files of module versions, the lists of their versions, and what proves them. */

import { isPseudoVersion } from '@modgate/gomod/module'
import { keyOf } from '@modgate/gomod/proxy'
import { compare } from '@modgate/gomod/semver'
import { bytesBody } from '../core/body.ts'
import { eachOf } from '../core/each-of.ts'
import { asFailure, type Failure } from '../core/failure.ts'
import type { ModuleVersion } from '../core/ports.ts'
import type { FileKind } from '../store/entry-facts.ts'
import { describeRequest } from '../source/describe.ts'
import { evidenceOf, type EvidenceDatabase, type EvidenceOptions, type PlannedFile } from './evidence.ts'
import { requestOf, type BundleDatabase, type BundleFile, type BundleManifest } from './manifest.ts'

/** A module version and those of its files that are to be carried. */
export interface CarriedModule extends ModuleVersion {
  readonly kinds: readonly FileKind[]
}

/** What a delta is made against. */
export interface DeltaBase {
  readonly hash: string
  readonly manifest: BundleManifest
}

export interface ContentsOptions extends EvidenceOptions {
  readonly databases: readonly EvidenceDatabase[]
  readonly base?: DeltaBase | undefined
  /** Called when a module version has been asked for, with its bytes. */
  readonly onModule?: (bytes: number) => void
}

export interface Contents {
  readonly databases: readonly BundleDatabase[]
  /** By key. */
  readonly files: readonly PlannedFile[]
  readonly base?: BundleManifest['base']
  readonly failed: readonly Failure[]
  /** How many versions of those that were asked for it has all files of. */
  readonly versions: number
}

/**
 * Collects them; what is not kept is fetched. A delta has the records of its base too, under its own head, so that base and delta are
 * together what one whole bundle would be.
 */
export async function bundleContents(modules: readonly CarriedModule[], options: ContentsOptions): Promise<Contents> {
  const failed: Failure[] = []
  const inBase = filesOfBase(options.base)
  const planned: PlannedFile[] = []
  const carried: CarriedModule[] = []
  await eachOf(modules, options.width, async (module) => {
    const files = await moduleFiles(module, { ...options, inBase }, failed)
    if (!files) return
    planned.push(...files)
    carried.push(module)
  })
  const all = merged([...carried, ...modulesOf(inBase.values())])
  const proved = all.filter(({ kinds }) => kinds.some((kind) => kind !== 'info'))
  const databases: BundleDatabase[] = []
  for (const database of options.databases) {
    const evidence = await evidenceOf(database, proved, options)
    if (!evidence) continue
    databases.push(evidence.database)
    planned.push(...evidence.files)
    failed.push(...evidence.failed)
  }
  planned.push(...lists(all))
  const files = planned.sort((a, b) => (a.key < b.key ? -1 : 1))
  const base = options.base && { manifest: options.base.hash, files: [...inBase.values()] }
  return { databases, files, ...(base ? { base } : {}), failed, versions: carried.length }
}

/** The module files of a bundle and of those that it builds upon. Lists and records are made anew. */
function filesOfBase(base: DeltaBase | undefined): ReadonlyMap<string, BundleFile> {
  const files = [...(base?.manifest.files ?? []), ...(base?.manifest.base?.files ?? [])]
  const kept = files.filter(({ key }) => isModuleFile(key)).sort((a, b) => (a.key < b.key ? -1 : 1))
  return new Map(kept.map((file) => [file.key, file]))
}

const isModuleFile = (key: string) => /\.(info|mod|zip)$/.test(key) && !key.startsWith('sumdb/')

function* modulesOf(files: Iterable<BundleFile>): Iterable<CarriedModule> {
  for (const { key } of files) {
    const request = requestOf(key)
    if (request && 'version' in request) yield { path: request.path, version: request.version, kinds: [request.kind] }
  }
}

function merged(modules: readonly CarriedModule[]): readonly CarriedModule[] {
  const all = new Map<string, CarriedModule>()
  for (const module of modules) {
    const key = `${module.path}@${module.version}`
    all.set(key, { ...module, kinds: [...new Set([...(all.get(key)?.kinds ?? []), ...module.kinds])] })
  }
  return [...all.values()]
}

type Carrying = ContentsOptions & { readonly inBase: ReadonlyMap<string, BundleFile> }

/** The files of a version, all of them or none. */
async function moduleFiles(
  { path, version, kinds }: CarriedModule,
  { source, context, inBase, onModule }: Carrying,
  failed: Failure[],
): Promise<readonly PlannedFile[] | undefined> {
  const files: PlannedFile[] = []
  let bytes = 0
  for (const kind of kinds) {
    const request = { kind, path, version }
    const key = keyOf(request)
    if (inBase.has(key)) continue
    const open = async () => {
      const { body, settled } = await source.get(request, context)
      const failure = await settled
      if (failure) throw failure
      return body
    }
    try {
      bytes += (await open()).size ?? 0
    } catch (error) {
      const failure = asFailure(error, describeRequest(request))
      if (failure.kind === 'internal') throw failure
      failed.push(failure)
      return undefined
    }
    files.push({ key, open })
  }
  onModule?.(bytes)
  return files
}

/** What `go list -m -versions` shows to somebody who unpacks the bundle: the versions that are there. */
function lists(modules: readonly CarriedModule[]): readonly PlannedFile[] {
  const tagged = modules.filter(({ version, kinds }) => kinds.includes('zip') && !isPseudoVersion(version))
  return [...Map.groupBy(tagged, ({ path }) => path)].map(([path, versions]) => {
    const lines = versions.map(({ version }) => `${version}\n`).sort((a, b) => compare(a.trim(), b.trim()))
    return { key: keyOf({ kind: 'list', path }), open: async () => bytesBody(Buffer.from(lines.join(''))) }
  })
}
