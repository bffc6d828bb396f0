/** What the user's Go keeps from checksum databases. */

import { readGoSettings } from './go-settings.ts'
import type { Machine } from './machine.ts'

/** Patterns in the GOPRIVATE grammar: GONOSUMDB, which wins, or GOPRIVATE (`go help environment`); empty for none. */
export async function goUnaskedPatterns(machine: Machine): Promise<string> {
  const go = await readGoSettings(machine)
  return (go('GONOSUMDB')[0] ?? go('GOPRIVATE')[0])?.text ?? ''
}
