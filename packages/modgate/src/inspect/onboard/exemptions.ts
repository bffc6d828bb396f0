/**
 * The settings that take modules past a gate or out of its log, and what it takes to end that. GOPRIVATE is the default of GONOPROXY and
 * of GONOSUMDB, and each of them may be set in three places, so that taking one away can bring out another.
 */

import { parseGoEnvFile } from '@modgate/gomod/goenv'
import { exempts } from '../../policy/exempts.ts'
import type { GoEnvironment } from '../evidence/go-environment.ts'

export const exemptionNames = ['GONOPROXY', 'GONOSUMDB'] as const
export type ExemptionName = (typeof exemptionNames)[number]
const settingNames = ['GOPRIVATE', ...exemptionNames] as const

/** Where settings stand, strongest first. */
const layers = ['environment', 'go-env-file', 'goroot-file'] as const
export type Layer = (typeof layers)[number]

export interface Clearing {
  /** Variables to take away from the layer. */
  readonly remove: readonly string[]
  /** Variables to set to a word that matches nothing, since something weaker has a value for them. */
  readonly none: readonly ExemptionName[]
}

/** What a layer itself says; undefined where it says nothing. In the environment an empty value says nothing. */
export function said(go: GoEnvironment, layer: Layer, name: string): string | undefined {
  if (layer === 'environment') return go.environment[name] || undefined
  const file = layer === 'go-env-file' ? go.goenvFile : go.gorootFile
  return parseGoEnvFile(file?.text ?? '').get(name)
}

/**
 * What has to change in a layer so that nothing is exempt there. The layers below it are overruled and stay as they are; those above
 * it are not looked at.
 */
export function clearing(go: GoEnvironment, layer: Exclude<Layer, 'goroot-file'>): Clearing {
  const remove = settingNames.filter((name) => exempts(said(go, layer, name) ?? ''))
  const left = (name: string) =>
    layers
      .slice(layers.indexOf(layer))
      .filter((each) => each !== layer || !remove.some((removed) => removed === name))
      .map((each) => said(go, each, name))
      .find((text) => text !== undefined) ?? ''
  const none = exemptionNames.filter((name) => exempts(left(name) || left('GOPRIVATE')))
  return { remove, none }
}
