/** All checks of `modgate audit`, and what they say of one repository. */

import type { AuditCheck, AuditEvidence, AuditFinding } from './evidence.ts'
import { auditExplanations } from './explanations.ts'
import { moduleChecks } from './module-checks.ts'
import { settingsChecks } from './settings-checks.ts'
import { sumChecks } from './sum-checks.ts'
import { verificationChecks } from './verification-checks.ts'

/** By id. */
export const auditChecks: readonly AuditCheck[] = [
  ...verificationChecks,
  ...settingsChecks,
  ...sumChecks,
  ...moduleChecks,
].toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** The same as rules: what holds where all is well, and what it is about. */
export const auditRules = auditChecks.map(({ id, claim }) => ({
  id,
  claim,
  explanation: auditExplanations[id] ?? claim,
}))

const ranks = { problem: 0, warning: 1, note: 2 } as const

/** What is wrong, the worst first. */
export function audit(evidence: AuditEvidence): readonly AuditFinding[] {
  return auditChecks
    .flatMap((check) => check.find(evidence).map((found) => ({ id: check.id, group: check.group, ...found })))
    .toSorted((a, b) => ranks[a.severity] - ranks[b.severity])
}
