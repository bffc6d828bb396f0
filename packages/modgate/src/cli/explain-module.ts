/** `modgate explain MODULE[@VERSION]` and `--graph` */

import { fetchSettingsOf, readGoEnvironment } from '../inspect/evidence/go-environment.ts'
import { modulesOf, readProject } from '../inspect/evidence/project.ts'
import { planRoute } from '../policy/route.ts'
import { print, type CommandLine } from './context.ts'
import type { ExplainFlags } from './explain-flags.ts'

/** Prints the way of each module. */
export async function explainModules(
  command: CommandLine,
  _flags: ExplainFlags,
  targets: readonly string[],
): Promise<void> {
  const settings = fetchSettingsOf(await readGoEnvironment(command.machine))
  print(
    command,
    targets.map((target) => planRoute(settings, target.split('@')[0]!)),
  )
}

/** Prints the way of every module of the go.mod here. */
export async function explainGraph(command: CommandLine, flags: ExplainFlags): Promise<void> {
  const project = await readProject(command.machine)
  return explainModules(command, flags, project ? modulesOf(project).map(({ path }) => path) : [])
}
