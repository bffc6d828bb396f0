/** All checks of `modgate doctor`, and what they say of one machine. */

import { groups, type Check, type Finding, type Group } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { cacheChecks } from './cache-checks.ts'
import { networkChecks } from './network-checks.ts'
import { proxyListChecks } from './proxy-list-checks.ts'

/** By group and id. */
export const doctorChecks: readonly Check<DoctorEvidence>[] = [...proxyListChecks, ...cacheChecks, ...networkChecks]

/** What one check came to. */
export interface CheckResult {
  readonly check: Check<DoctorEvidence>
  /** Undefined: the evidence does not say. */
  readonly findings: readonly Finding[] | undefined
}

/** Runs the checks of the chosen groups, all of them by default, in the order in which they are shown. */
export function checkUp(evidence: DoctorEvidence, only: readonly Group[] = groups): readonly CheckResult[] {
  return groups
    .filter((group) => only.includes(group))
    .flatMap((group) => doctorChecks.filter((check) => check.group === group))
    .map((check) => ({ check, findings: findingsOf(check, evidence) }))
}

function findingsOf(check: Check<DoctorEvidence>, evidence: DoctorEvidence): readonly Finding[] | undefined {
  return check.find(evidence)?.map((found) => ({ id: check.id, group: check.group, ...found }))
}
