/** `modgate explain MODULE[@VERSION]` and `--graph` */

import { checkPath, ModuleError } from '@modgate/gomod/module'
import { pathsOf, type Machine } from '../config/index.ts'
import { systemRunner } from '../core/child-process.ts'
import { Failure } from '../core/failure.ts'
import { readGitSettings } from '../inspect/evidence/git-settings.ts'
import { fetchSettingsOf, readGoEnvironment } from '../inspect/evidence/go-environment.ts'
import { readNetrc } from '../inspect/evidence/netrc.ts'
import { modulesOf, readProject, type Project } from '../inspect/evidence/project.ts'
import { routeGraphText, routeGroups } from '../report/route-graph.ts'
import { routeStory, type ProjectWord, type RouteEvidence } from '../report/route-story.ts'
import { routeText } from '../report/route-text.ts'
import { print, type CommandLine } from './context.ts'
import type { ExplainFlags } from './explain-flags.ts'

interface Target {
  readonly module: string
  readonly version?: string
}

/** Prints the way of each module. Throws a Failure `configuration` for what cannot be a module path. */
export async function explainModules(
  command: CommandLine,
  flags: ExplainFlags,
  targets: readonly string[],
): Promise<void> {
  const modules = targets.map(targetOf)
  const evidence = await routeEvidence(command.machine)
  const words = await projectWords(command.machine)
  const stories = modules.map((target) => {
    const project = words(target)
    return routeStory({ ...target, ...(project && { project }) }, evidence)
  })
  if (flags.json) print(command, { modules: stories })
  else print(command, stories.map(routeText).join('\n\n'))
}

/** Prints the ways of all modules of the go.mod here, equal ones together. Throws a Failure `configuration` where there is none. */
export async function explainGraph(command: CommandLine, flags: ExplainFlags): Promise<void> {
  const project = await readProject(command.machine)
  if (project === undefined) throw unusable('--graph', 'there is no go.mod here or above', 'run it in a module')
  if (project.mod === undefined) throw unusable('--graph', project.problems.join('; '), 'correct go.mod')
  const evidence = await routeEvidence(command.machine)
  const words = await projectWords(command.machine)
  const replacing = project.mod.replace.flatMap((line) => (line.new.version === '' ? [] : [line.new.path]))
  const paths = [...new Set([...modulesOf(project).map(({ path }) => path), ...replacing])]
  const stories = paths.map((module) => {
    const word = words({ module })
    return routeStory({ module, ...(word && { project: word }) }, evidence)
  })
  const groups = routeGroups(stories)
  if (flags.json) print(command, { groups })
  else if (groups.length === 0) print(command, 'go.mod requires nothing')
  else print(command, routeGraphText(groups))
}

async function routeEvidence(machine: Machine): Promise<RouteEvidence> {
  const environment = await readGoEnvironment(machine)
  const [netrc, git] = await Promise.all([readNetrc(machine), readGitSettings(machine, systemRunner)])
  const settings = fetchSettingsOf(environment)
  const credentials = { goauth: settings.GOAUTH, git, ...(netrc && { netrc }) }
  return { settings, variables: environment.variables, credentials }
}

/** What the go.mod here says of a module; undefined where it says nothing. */
async function projectWords(machine: Machine): Promise<(target: Target) => ProjectWord | undefined> {
  const project = await readProject(machine)
  if (project?.mod === undefined) return () => undefined
  const vendored = await vendoredModules(machine, project)
  const replacements = project.mod.replace
  return ({ module, version }) => {
    const found = replacements.find(
      ({ old }) => old.path === module && (old.version === '' || version === undefined || old.version === version),
    )
    const isVendored = vendored.has(module)
    if (found === undefined && !isVendored) return undefined
    const by = found && [found.new.path, found.new.version].filter((word) => word !== '').join(' ')
    return { vendored: isVendored, ...(by !== undefined && { replacedBy: by }) }
  }
}

async function vendoredModules(machine: Machine, { directory }: Project): Promise<ReadonlySet<string>> {
  const text = await machine.readFile(pathsOf(machine).join(directory, 'vendor', 'modules.txt'))
  const lines = (text ?? '').split('\n').filter((line) => line.startsWith('# '))
  return new Set(lines.map((line) => line.split(' ')[1] ?? ''))
}

function targetOf(text: string): Target {
  const at = text.indexOf('@')
  const module = at < 0 ? text : text.slice(0, at)
  const version = at < 0 ? undefined : text.slice(at + 1)
  try {
    checkPath(module)
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
    throw unusable(text, error.message, 'name a module path, as in go.mod: example.com/team/lib')
  }
  if (version !== undefined && !/^[\w.+!~/-]+$/.test(version)) {
    throw unusable(text, 'what follows the @ is no version', 'write a version, a branch or a commit, or leave it out')
  }
  return { module, ...(version !== undefined && { version }) }
}

function unusable(asked: string, why: string, next: string): Failure {
  return new Failure('configuration', { asked: `explain ${asked}`, who: 'modgate', why, next })
}
