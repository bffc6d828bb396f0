/** All checks over what the network answered. */

import type { Check } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { answerChecks } from './network-answer-checks.ts'
import { databaseChecks } from './network-database-checks.ts'
import { reachChecks } from './network-reach-checks.ts'
import { tlsChecks } from './network-tls-checks.ts'

/** They say nothing where the network was not asked. */
export const networkChecks: readonly Check<DoctorEvidence>[] = [
  ...reachChecks,
  ...tlsChecks,
  ...answerChecks,
  ...databaseChecks,
]
