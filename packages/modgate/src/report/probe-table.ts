/** What the network answered, as tables of at most a hundred columns. */

import type { NetworkEvidence } from '../inspect/evidence/network-evidence.ts'

/** The tables, and who is asked next after each answer. */
export function probeTable({ module }: NetworkEvidence): string {
  return module.path
}
