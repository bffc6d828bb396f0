/** All checks over what lies in the module cache. */

import type { Check } from '../finding.ts'
import { cacheEntryChecks } from './cache-entry-checks.ts'
import { cacheStateChecks } from './cache-state-checks.ts'
import type { DoctorEvidence } from './evidence.ts'

/** They say nothing where the cache was not read. */
export const cacheChecks: readonly Check<DoctorEvidence>[] = [...cacheEntryChecks, ...cacheStateChecks].toSorted(
  (a, b) => (a.id < b.id ? -1 : 1),
)
