/** Everything of a module version in the module cache: what `go mod download` has there, and says of it. */

import { hashGoMod } from '@modgate/gomod/dirhash'
import type { ModuleVersion } from '@modgate/gomod/module'
import { asFailure, type Failure } from '../core/failure.ts'
import type { GoModReader } from '../modload/checked-go-mods.ts'
import type { ModFiles } from '../modload/mod-files.ts'
import { turnstile } from '../modload/proxied-files.ts'
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
    return { shown: { ...named, ...(await complete({ module, ...known }, options)) } }
  } catch (error) {
    return failed(named, asFailure(error, `${module.path}@${module.version}`))
  }
}

function failed(named: DownloadedModule, failure: Failure): Outcome {
  return { shown: { ...named, Error: failure.message }, failure }
}

async function complete(
  { module, isOne, said }: Pick<WantedModule, 'isOne' | 'said'> & { readonly module: ModuleVersion },
  { root, files, kept, goMod, zips }: DownloadOptions,
): Promise<Omit<DownloadedModule, 'Path'>> {
  const places = placesOf(root, module)
  const [info, bytes, zip] = await all([
    kept.info(files, module, said),
    Promise.resolve().then(() => goMod(module)),
    zips.complete(module),
  ])
  const origin = isOne && originIn(said ?? info)
  return {
    Info: places.info,
    GoMod: places.mod,
    Zip: zip.zip,
    Dir: zip.directory,
    Sum: zip.h1,
    GoModSum: hashGoMod(bytes),
    ...(origin && { Origin: origin }),
  }
}

/** Waits for all, and throws the first error only then: nothing is under way any more. */
async function all<T extends readonly unknown[]>(works: { readonly [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const settled = await Promise.allSettled(works)
  const broken = settled.find((each) => each.status === 'rejected')
  if (broken !== undefined) throw broken.reason
  return settled.map((each) => (each as PromiseFulfilledResult<unknown>).value) as unknown as T
}
