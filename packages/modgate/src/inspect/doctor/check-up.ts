/** All checks of `modgate doctor`, and what they say of one machine. */

import { groups, type Check, type Finding, type Group } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { cacheChecks } from './cache-checks.ts'
import { networkChecks } from './network-checks.ts'
import { proxyListChecks } from './proxy-list-checks.ts'
import { ciChecks } from './ci-checks.ts'
import { credentialChecks } from './credential-checks.ts'
import { goFlagsChecks } from './go-flags-checks.ts'
import { httpProxyChecks } from './http-proxy-checks.ts'
import { privatePatternChecks } from './private-pattern-checks.ts'
import { privateRouteChecks } from './private-route-checks.ts'
import { settingsChecks } from './settings-checks.ts'
import { sumFileChecks } from './sum-file-checks.ts'
import { toolchainChecks } from './toolchain-checks.ts'
import { verificationChecks } from './verification-checks.ts'

/** By group and id. */
export const doctorChecks: readonly Check<DoctorEvidence>[] = [
  ...proxyListChecks,
  ...settingsChecks,
  ...goFlagsChecks,
  ...httpProxyChecks,
  ...privatePatternChecks,
  ...privateRouteChecks,
  ...credentialChecks,
  ...verificationChecks,
  ...sumFileChecks,
  ...toolchainChecks,
  ...cacheChecks,
  ...networkChecks,
  ...ciChecks,
].sort((a, b) => (a.id < b.id ? -1 : 1))

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
