/** All checks over what lies in the module cache. */

import type { Check } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'

/** By id. They say nothing where the cache was not read. */
export const cacheChecks: readonly Check<DoctorEvidence>[] = []
