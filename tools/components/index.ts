/**
 * What tests need from outside the working copy. `npm test` looks for each part, brings what can be brought and says so; a test
 * whose part is missing says skipped and why, and under CI=true that is a failure: see `requireComponent` of the test harness.
 */
import type { Component } from './component.ts'
import { git } from './git.ts'
import { go, olderGo } from './go.ts'
import { logVerifier } from './log-verifier.ts'
import { openssl } from './openssl.ts'
import { oracle } from './oracle.ts'
import { chromium, fossil, hg, svn } from './system-package.ts'
import { upstream } from './upstream.ts'

export type { Component, Found, Missing } from './component.ts'
export { machineGoSettings } from './upstream.ts'

/** Every component by its name. */
export const components = {
  ...{ git, hg, svn, fossil, go, 'older-go': olderGo, openssl, oracle, upstream, chromium },
  'log-verifier': logVerifier,
} as const satisfies Record<string, Component>

export type ComponentName = keyof typeof components
