/** Many modules at once: those that go the same way stand together, and the fewest come first, since they are the odd ones. */

import { counted } from '../core/counted.ts'
import { visible } from './findings-paint.ts'
import { summary } from './route-text.ts'
import type { RouteStory } from './route-story.ts'

export interface RouteGroup {
  readonly way: string
  readonly modules: readonly string[]
  readonly decidedBy: string
  /** Names that look private, on their way to others. */
  readonly leaks: readonly string[]
}

/** Groups by way and by what decides it. */
export function routeGroups(stories: readonly RouteStory[]): readonly RouteGroup[] {
  const groups = Map.groupBy(stories, (story) => `${wayOf(story)}\n${reason(story)}`)
  return [...groups.values()]
    .map((members) => ({
      way: wayOf(members[0]!),
      modules: members.map(({ module }) => module),
      decidedBy: reason(members[0]!),
      leaks: members
        .filter(({ project, disclosures }) => project?.replacedBy === undefined && disclosures.some(({ leak }) => leak))
        .map(({ module }) => module),
    }))
    .sort((a, b) => a.modules.length - b.modules.length)
}

/** What is replaced is not asked for, whatever the settings say. */
function wayOf(story: RouteStory): string {
  return story.project?.replacedBy === undefined ? summary(story) : 'not asked for: go.mod replaces it'
}

const shownModules = 5
const shownGroups = 8

/** A few lines a group. */
export function routeGraphText(groups: readonly RouteGroup[]): string {
  const blocks = groups
    .slice(0, shownGroups)
    .map(({ way, modules, decidedBy, leaks }) =>
      [
        `${counted(modules.length, 'module')}: ${visible(way)}`,
        `    by ${visible(decidedBy)}`,
        `    ${named(modules)}`,
        ...(leaks.length > 0 ? [`    look private, and others learn their names: ${named(leaks)}`] : []),
      ].join('\n'),
    )
  const left = groups.length - shownGroups
  if (left > 0) blocks.push(`and ${left} more ways: --json`)
  const odd = groups[0]?.leaks[0] ?? groups[0]?.modules[0]
  return [...blocks, `next: modgate explain ${odd ?? 'MODULE'}`].join('\n\n')
}

function named(modules: readonly string[]): string {
  const left = modules.length - shownModules
  return modules.slice(0, shownModules).join(', ') + (left > 0 ? `, and ${left} more` : '')
}

function reason({ project, decidedBy: { setting, value, pattern } }: RouteStory): string {
  if (project?.replacedBy !== undefined) return 'a replace line'
  return pattern === undefined ? `${setting}=${value}` : `${pattern} in ${setting}`
}
