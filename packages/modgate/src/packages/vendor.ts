/** Everything that goes into a vendor directory, worked out before anything is written. */

import { understood, projectRequirements, type Loader } from '../modload/build-list.ts'
import { loadPackages } from './load-packages.ts'
import { moduleSources } from './module-sources.ts'
import { checkRequirements } from './requirement-checks.ts'
import { projectGoVersion, vendoredModules, vendorList, type VendoredModule } from './vendor-list.ts'
import { VendoredFiles, type VendoredFile } from './vendored-files.ts'

export interface Vendoring {
  readonly modules: readonly VendoredModule[]
  /** The text of modules.txt; empty where there is nothing to vendor. */
  readonly list: string
  /** Those of the packages, by slash-separated paths below the vendor directory. */
  readonly directories: readonly string[]
  /** By slash-separated paths below the vendor directory. */
  readonly files: ReadonlyMap<string, VendoredFile>
}

/** Finds out what `go mod vendor`, or `go work vendor`, would write. Rejects with a Failure where it would refuse to. */
export async function planVendoring(loader: Loader): Promise<Vendoring> {
  const requirements = await projectRequirements(loader)
  const packages = await loadPackages({ loader, requirements, sources: moduleSources(loader), tests: 'mains' })
  await checkRequirements(loader, requirements, packages)
  const modules = vendoredModules(loader, packages)
  const files = new VendoredFiles(projectGoVersion(loader.project))
  for (const { packages: vendored } of modules) for (const loaded of vendored) files.add(loaded)
  const list = await understood(() => vendorList(loader, requirements, modules))
  return { modules, list, directories: files.directories, files: files.files }
}
