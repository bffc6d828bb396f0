/** Why a module is at its version: the shortest chain, who else asks for it, and who would have been content with less. */

import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import type { SelectionReason } from '@modgate/gomod/mvs'
import { counted } from '../core/counted.ts'
import { visible } from './findings-paint.ts'

const shownModules = 5

export function selectionText({ path, version, chain, requiredBy, lower }: SelectionReason): string {
  if (version === '') return `${path}\n  is a main module: it is always used as it stands here`
  const steps = chain.map((module, i) => `  ${'  '.repeat(i)}${i === 0 ? '' : 'requires '}${nameOf(module)}`)
  const last = chain.at(-2)
  const others = requiredBy.filter((module) => module !== last)
  const lines = [`${path} ${version}`, ...steps]
  if (others.length > 0) lines.push(`  the same is required by ${named(others)}`)
  if (lower.length > 0) lines.push('  less would do for')
  for (const { version: asked, requiredBy: by } of lower) lines.push(`    ${asked}: ${named(by)}`)
  return lines.join('\n')
}

function named(modules: readonly ModuleVersion[]): string {
  const left = modules.length - shownModules
  const shown = modules.slice(0, shownModules).map(nameOf).join(', ')
  return left > 0 ? `${shown}, and ${counted(left, 'other')}` : shown
}

const nameOf = (module: ModuleVersion): string => visible(versionString(module))
