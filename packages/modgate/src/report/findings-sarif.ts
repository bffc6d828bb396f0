/** Findings as SARIF (OASIS Static Analysis Results Interchange Format 2.1.0), which code hosts and editors read. */

import { createHash } from 'node:crypto'
import type { Evidence, Finding } from '../inspect/finding.ts'
import type { FindingsOptions, FindingsRule } from './findings-options.ts'
import { findingParagraphs, placeOf } from './findings-place.ts'

const levels = { problem: 'error', warning: 'warning', note: 'note' } as const

/** One run with a rule for each check and a result for each finding, as plain data. */
export function findingsSarif(findings: readonly Finding[], options: FindingsOptions): Record<string, unknown> {
  const rules = rulesOf(findings, options.rules ?? [])
  const index = new Map(rules.map(({ id }, i) => [id, i]))
  const prints = fingerprints(findings)
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'modgate', version: options.version, rules: rules.map(sarifRule) } },
        automationDetails: { id: `${options.command.replaceAll(' ', '/')}/` },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding, i) => ({
          ruleId: finding.id,
          ruleIndex: index.get(finding.id),
          level: levels[finding.severity],
          message: { text: [finding.title, ...findingParagraphs(finding)].join('\n\n') },
          locations: locations(finding, options.root),
          partialFingerprints: { 'modgateFinding/v1': prints[i] },
        })),
      },
    ],
  }
}

function rulesOf(findings: readonly Finding[], rules: readonly FindingsRule[]): readonly FindingsRule[] {
  const known = new Map(rules.map((rule) => [rule.id, rule]))
  for (const { id, title, detail } of findings) {
    if (!known.has(id)) known.set(id, { id, claim: title, explanation: detail ?? title })
  }
  return [...known.values()]
}

function sarifRule({ id, claim, explanation }: FindingsRule): Record<string, unknown> {
  return { id, shortDescription: { text: claim }, fullDescription: { text: explanation }, help: { text: explanation } }
}

function locations({ evidence, title }: Finding, root: string | undefined): readonly Record<string, unknown>[] {
  const all = evidence.map((item) => location(item, root))
  // A result without any location is valid, and dropped by readers.
  return all.length > 0 ? all : [{ logicalLocations: [{ fullyQualifiedName: title }] }]
}

function location(item: Evidence, root: string | undefined): Record<string, unknown> {
  const place = placeOf(item, root)
  if (place === undefined) return { logicalLocations: [{ fullyQualifiedName: item.place }] }
  const artifactLocation = place.relative
    ? { uri: uriPath(place.path), uriBaseId: '%SRCROOT%' }
    : { uri: `file://${place.path.startsWith('/') ? '' : '/'}${uriPath(place.path)}` }
  const snippet = item.text === undefined ? {} : { snippet: { text: item.text } }
  const region = place.line === undefined ? {} : { region: { startLine: place.line, ...snippet } }
  return { physicalLocation: { artifactLocation, ...region } }
}

/** A path as a URI reference (RFC 3986); the colon of a drive stays. */
function uriPath(path: string): string {
  const encoded = path
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/')
  return encoded.replace(/^([A-Za-z])%3A\//, '$1:/')
}

/**
 * What a finding is told again by in a later run, one for each: its id, places and title without line numbers, which move. Those
 * that are alike are numbered.
 */
export function fingerprints(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>()
  return findings.map(({ id, title, evidence }) => {
    const key = JSON.stringify([id, title, evidence.map(({ place }) => place)])
    const before = seen.get(key) ?? 0
    seen.set(key, before + 1)
    return createHash('sha256').update(`${key}${before}`).digest('hex').slice(0, 32)
  })
}
