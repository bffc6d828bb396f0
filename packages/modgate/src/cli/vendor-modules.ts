/** What `modgate vendor` does. */

import { pathsOf } from '../config/machine.ts'
import { Failure } from '../core/failure.ts'
import { isWithin, writeVendorDirectory } from '../packages/vendor-directory.ts'
import { planVendoring } from '../packages/vendor.ts'
import type { CommandLine } from './context.ts'
import { modloadParts } from './modload-parts.ts'
import { stopSignal } from './stop-signal.ts'

export interface VendorSummary {
  /** Absolute. */
  readonly directory: string
  /** Modules that packages are taken from. */
  readonly modules: number
  readonly packages: number
  readonly files: number
}

/** Writes the vendor directory; `output` is another place for it, as somebody typed it. Rejects with a Failure. */
export async function vendorModules(command: CommandLine, output: string | undefined): Promise<VendorSummary> {
  const { machine } = command
  const parts = await modloadParts(command, { mod: 'readonly' })
  try {
    const { base, places } = parts.loader.project
    const directory = pathsOf(machine).resolve(output === undefined ? base : machine.cwd, output ?? 'vendor')
    const used = places.find((place) => isWithin(place.directory, directory))
    if (used) throw refused(directory, `the module in ${used.directory} lies in it`)
    const { modules, ...content } = await planVendoring(parts.loader)
    await untilStopped((signal) => writeVendorDirectory({ path: directory, ...content }, signal))
    const providing = modules.filter(({ packages }) => packages.length > 0)
    const packages = providing.reduce((sum, module) => sum + module.packages.length, 0)
    return { directory, modules: providing.length, packages, files: content.files.size }
  } finally {
    await parts.close()
  }
}

/** Runs what has something to clear away when it is stopped. */
async function untilStopped(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stopping = new AbortController()
  const stop = stopSignal(process)
  void stop.asked.then(() => stopping.abort(stopped()))
  try {
    await work(stopping.signal)
  } finally {
    stop.forget()
  }
}

function refused(asked: string, why: string): Failure {
  return new Failure('vendor-refused', { asked, who: 'modgate', why })
}

function stopped(): Failure {
  const why = 'it was stopped; the vendor directory is what it was'
  return new Failure('shutting-down', { asked: 'modgate vendor', who: 'modgate', why, next: 'run it again' })
}
