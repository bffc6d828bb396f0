/** What a module file must hash to, and why that is believed. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { ModuleHashes, ModuleVersion, Records } from '../core/ports.ts'
import type { Trust } from '../core/resource.ts'
import type { FactsBook, FileFacts } from '../store/entry-facts.ts'

export interface TrustRules {
  /** GOPRIVATE grammar: modules that no public database may hear of; the first sight counts. */
  readonly private: string
  /** GOPRIVATE grammar: modules accepted without a record. */
  readonly exempt: string
  /** Undefined: no checksum database at all, everything is exempt. */
  readonly records: Records | undefined
  readonly facts: FactsBook
  /** What the gate's own log has of a version: its first sight, for ever. */
  readonly logged?: (module: ModuleVersion) => Promise<ModuleHashes | undefined>
}

export interface Expectation {
  readonly trust: Trust
  /** `h1:` that the content must have; undefined where nothing was known of it before. */
  readonly h1: string | undefined
  /** Who says so, for a mismatch's text. */
  readonly authority: string
}

/** Whether files of this module are believed for a record of the checksum database, and for nothing else. */
export function needsRecord(rules: TrustRules, path: string): boolean {
  return (
    rules.records !== undefined && !matchPrefixPatterns(rules.private, path) && !matchPrefixPatterns(rules.exempt, path)
  )
}

/**
 * The expectation for a mod or zip. Throws a Failure where the database has to be asked and has no record, cannot be asked, or
 * contradicts itself.
 */
export async function expectation(
  rules: TrustRules,
  module: ModuleVersion,
  kind: 'mod' | 'zip',
  context: Context,
): Promise<Expectation> {
  if (rules.records && needsRecord(rules, module.path)) {
    const hashes = await rules.records.lookup(module, context)
    return { trust: 'record', h1: kind === 'mod' ? hashes.goMod : hashes.zip, authority: rules.records.name }
  }
  const logged = await rules.logged?.(module)
  const trust = matchPrefixPatterns(rules.private, module.path) ? 'first-seen' : 'exempt'
  if (logged) return { trust, h1: kind === 'mod' ? logged.goMod : logged.zip, authority: "the gate's own log" }
  // As it is written now: another gate may have seen it first, or an operator may have had it forgotten.
  const known = (await rules.facts.reread(module))[kind]
  return {
    trust,
    h1: known?.hash,
    authority: known ? firstSight(known) : 'nothing known before',
  }
}

/** The first sight as an authority, for a mismatch's text. */
export const firstSight = ({ firstSeen, source }: FileFacts): string =>
  `what was first seen ${firstSeen} from ${source}`

/** Throws a Failure `checksum-mismatch` unless the content has the expected hash. */
export function check(expected: Expectation, got: string, asked: string, source: string): void {
  if (expected.h1 === undefined || expected.h1 === got) return
  throw new Failure('checksum-mismatch', {
    asked,
    who: source,
    why: `the upstream's bytes have ${got}, but ${expected.authority} has ${expected.h1}; refused and not kept`,
  })
}
