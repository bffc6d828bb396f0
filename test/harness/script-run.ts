import type { TestContext } from 'node:test'
import type { Gate } from './gate.ts'
import type { GoClient } from './go-client.ts'
import type { Finished } from './process.ts'
import type { Upstream } from './upstream.ts'

/** What the commands of a running script share. */
export interface ScriptRun {
  readonly t: TestContext
  readonly upstream: Upstream
  readonly client: GoClient
  /** The gate's data directory, through all its starts. */
  readonly data: string
  gate: Gate | undefined
  /** What the last `go` or `fetch` said. */
  last: Finished
}

/** Does what the words say. Throws when that fails, or, where `not` is set, when it does not. */
export type Command = (run: ScriptRun, words: readonly string[], not: boolean) => Promise<void> | void
