/** What `modgate verify --vendor` does. */

import { pathsOf } from '../config/machine.ts'
import { vendorDifferences } from '../packages/vendor-check.ts'
import { planVendoring } from '../packages/vendor.ts'
import { vendorCheckText } from '../report/vendor-check-text.ts'
import { print, type CommandLine } from './context.ts'
import { modloadParts } from './modload-parts.ts'

/** Compares the vendor directory with what `modgate vendor` would write, prints, and sets the exit code. Throws a Failure. */
export async function verifyVendor(command: CommandLine, { json = false }: { readonly json?: boolean }): Promise<void> {
  const parts = await modloadParts(command, { mod: 'readonly' })
  try {
    const directory = pathsOf(command.machine).join(parts.loader.project.base, 'vendor')
    const plan = await planVendoring(parts.loader)
    const report = { directory, files: plan.files.size, differences: vendorDifferences(directory, plan) }
    print(command, json ? report : vendorCheckText(report))
    if (report.differences.length > 0) command.process.exitCode = 1
  } finally {
    await parts.close()
  }
}
