/** The flags of `modgate onboard`. */

import type { VariableTarget } from '../report/variable-lines.ts'
import type { CacheFlags } from './cache-store.ts'

export type OnboardFlags = CacheFlags & {
  readonly gate?: string
  /** What `gate` was called once. */
  readonly url?: string
  readonly key?: string
  readonly for?: VariableTarget
  readonly check: boolean
  readonly write?: boolean
  readonly yes?: boolean
}
