/** Build lists and module graphs in the very form of the go command. */

import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import type { Graph } from '@modgate/gomod/mvs'
import { visible } from './findings-paint.ts'

/** `path version` a line, and what stands in for it, as `go list -m all` prints it. */
export function buildListText(
  modules: readonly ModuleVersion[],
  replacementOf: (module: ModuleVersion) => ModuleVersion | undefined,
): string {
  return modules
    .map((module) => {
      const replacement = replacementOf(module)
      return words(module) + (replacement ? ` => ${words(replacement)}` : '')
    })
    .join('\n')
}

/** `module requirement` a line, as `go mod graph` prints it; but control characters of a path that somebody made up stay out. */
export function graphText(graph: Graph): string {
  const lines: string[] = []
  for (const module of graph.breadthFirst()) {
    const name = visible(versionString(module))
    for (const requirement of graph.requiredBy(module) ?? [])
      lines.push(`${name} ${visible(versionString(requirement))}`)
  }
  return lines.join('\n')
}

function words({ path, version }: ModuleVersion): string {
  return version === '' ? path : `${path} ${version}`
}
