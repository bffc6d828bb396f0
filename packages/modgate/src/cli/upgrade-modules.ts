/** What `modgate upgrades` prints. */

import { formatJSON } from '@modgate/gomod/modfile'
import { resolveProject } from '../modload/build-list.ts'
import type { BuildMode } from '../modload/build-mode.ts'
import { moduleUpdates } from '../modload/module-updates.ts'
import { upgradeQueries } from '../modload/upgrade-query.ts'
import { paintFor } from '../report/findings-paint.ts'
import { upgradesText } from '../report/upgrades-text.ts'
import type { CommandLine } from './context.ts'
import { modloadParts } from './modload-parts.ts'
import { refuseVendored } from './resolve-modules.ts'

/** Looks, and answers what is to be printed and whether everything could be found out. Throws a Failure. */
export async function upgradeModules(
  command: CommandLine,
  flags: { readonly json?: boolean; readonly mod?: BuildMode },
): Promise<{ readonly text: string; readonly isComplete: boolean }> {
  const parts = await modloadParts(command, flags)
  const { loader, goMod, goVersion } = parts
  try {
    refuseVendored(parts)
    const resolved = await resolveProject(loader, { as: 'updates', ...(goVersion === undefined ? {} : { goVersion }) })
    const modules = await moduleUpdates(loader, resolved, upgradeQueries(loader, goMod))
    const isComplete = modules.every(({ Error, Replace }) => !Error && !Replace?.Error)
    const text = flags.json
      ? modules.map(formatJSON).join('').trimEnd()
      : upgradesText(modules, paintFor(command.process.stdout))
    return { text, isComplete }
  } finally {
    await parts.close()
  }
}
