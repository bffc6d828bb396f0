/** All checks over what the network answered. */

import type { Check } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'

/** By id. They say nothing where the network was not asked. */
export const networkChecks: readonly Check<DoctorEvidence>[] = []
