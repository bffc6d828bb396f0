import { directFetches } from './direct.ts'
import { modulesAndBuilds } from './modules.ts'
import { network } from './network.ts'
import { proxyAnswers } from './proxy-answers.ts'
import type { KnownFailure } from './scene.ts'
import { verification } from './verification.ts'

export { type KnownFailure, scene } from './scene.ts'

/** All failures that the real go is made to run into; the slowest, which waits for ten seconds, first. */
export const knownFailures: readonly KnownFailure[] = [
  ...network,
  ...proxyAnswers,
  ...verification,
  ...directFetches,
  ...modulesAndBuilds,
]
