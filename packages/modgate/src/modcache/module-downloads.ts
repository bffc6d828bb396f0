/** Everything of a module version in the module cache: what `go mod download` has there, and says of it. */

import { hashGoMod } from '@modgate/gomod/dirhash'
import type { ModuleVersion } from '@modgate/gomod/module'
import { asFailure, type Failure } from '../core/failure.ts'
import type { GoModReader } from '../modload/checked-go-mods.ts'
import type { ModFiles } from '../modload/mod-files.ts'
import { turnstile } from '../modload/remote-files.ts'
import type { WantedModule } from '../modload/wanted-modules.ts'
import { placesOf } from './cache-places.ts'
import { originIn, type Origin } from './info-file.ts'
import type { KeptFiles } from './kept-files.ts'
import type { ZipCache } from './module-zips.ts'

/** The fields of `go mod download -json`, in its order. */
export interface DownloadedModule {
  readonly Path: string
  readonly Version?: string
  readonly Query?: string
  readonly Error?: string
  readonly Info?: string
  readonly GoMod?: string
  readonly Zip?: string
  readonly Dir?: string
  readonly Sum?: string
  readonly GoModSum?: string
  readonly Origin?: Origin
}

export interface DownloadOptions {
  /** GOMODCACHE. */
  readonly root: string
  readonly files: ModFiles
  readonly kept: KeptFiles
  readonly goMod: GoModReader
  readonly zips: ZipCache
  /** Modules at once. */
  readonly width: number
  /** Told of each module that is done. */
  readonly onDone?: () => void
}

/** What became of one module that was asked for. */
export interface Outcome {
  readonly shown: DownloadedModule
  readonly failure?: Failure
}

/** Downloads modules, and answers in their order. One that fails leaves the others theirs. Directories and main modules are passed over. */
export async function downloadModules(
  wanted: readonly WantedModule[],
  options: DownloadOptions,
): Promise<readonly Outcome[]> {
  const gate = turnstile(options.width)
  const own = wanted.filter(({ module, failure }) => failure !== undefined || module?.version !== '')
  return Promise.all(own.map((each) => gate(() => outcomeOf(each, options)).finally(options.onDone)))
}

async function outcomeOf(
  { path, query, module, failure, ...known }: WantedModule,
  options: DownloadOptions,
): Promise<Outcome> {
  const asked = query === undefined ? {} : { Query: query }
  if (module === undefined) return failed({ Path: path, ...asked }, failure!)
  const named = { Path: module.path, Version: module.version, ...asked }
  try {
    const { had, error } = await complete({ module, ...known }, options)
    if (error === undefined) return { shown: { ...named, ...had } }
    return failed(named, asFailure(error, `${module.path}@${module.version}`), had)
  } catch (error) {
    return failed(named, asFailure(error, `${module.path}@${module.version}`))
  }
}

type Had = Omit<DownloadedModule, 'Path'>

function failed(named: DownloadedModule, failure: Failure, had: Had = {}): Outcome {
  return { shown: { ...named, Error: failure.message, ...had }, failure }
}

interface Completed {
  /** What is there now; of what came in part, what the go command would have asked for before the error. */
  readonly had: Had
  readonly error?: unknown
}

/** Ends when nothing of it is under way any more. */
async function complete(
  { module, isOne, said }: Pick<WantedModule, 'isOne' | 'said'> & { readonly module: ModuleVersion },
  { root, files, kept, goMod, zips }: DownloadOptions,
): Promise<Completed> {
  const places = placesOf(root, module)
  const [info, bytes, zip] = await Promise.allSettled([
    kept.info(files, module, said),
    Promise.resolve().then(() => goMod(module)),
    Promise.resolve().then(() => zips.complete(module)),
  ])
  if (info.status === 'rejected') return { had: {}, error: info.reason as unknown }
  const Info = places.info
  if (bytes.status === 'rejected') return { had: { Info }, error: bytes.reason as unknown }
  const [GoMod, GoModSum] = [places.mod, hashGoMod(bytes.value)]
  if (zip.status === 'rejected') return { had: { Info, GoMod, GoModSum }, error: zip.reason as unknown }
  const { zip: Zip, directory: Dir, h1: Sum } = zip.value
  const origin = isOne && originIn(said ?? info.value)
  return { had: { Info, GoMod, Zip, Dir, Sum, GoModSum, ...(origin && { Origin: origin }) } }
}
