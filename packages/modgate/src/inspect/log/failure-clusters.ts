/**
 * Many failures, few roots. Two failures have the same root where the same row of the catalogue names them and what decides is the
 * same: the host that answered, its status, the setting; the module is not, for it only happened to be the one that was asked for.
 */

import type { FindingId } from '../finding.ts'
import type { KnownError } from '../known-error.ts'
import { boundedNames, type BoundedNames, type NamesSeen } from './bounded-names.ts'
import { decidingValues, knownFailure, moduleOf, type KnownFailure } from './known-failure.ts'
import type { LogMessage, MessageLine } from './message-assembly.ts'

/** One cause and all that it brought about. */
export interface Root {
  readonly id: FindingId
  readonly row: KnownError
  readonly count: number
  /** Of the first failure. */
  readonly line: number
  /** Lines of the first failure, or one of each of the first failures. */
  readonly evidence: readonly MessageLine[]
  readonly modules: NamesSeen
  /** What the pattern found in the first failure. */
  readonly values: Readonly<Record<string, string>>
  /** Failures that most likely came from it, each with its own root or line. */
  readonly consequences: readonly Omit<Root, 'consequences'>[]
}

export interface FailureClusters {
  /** Takes a message that one of the rows knows; false where none does. */
  add(message: LogMessage, rows: readonly KnownError[]): boolean
  /** The first in the log first. */
  roots(): readonly Root[]
}

type Cluster = Omit<Root, 'consequences'> & {
  count: number
  readonly evidence: MessageLine[]
  readonly modules: BoundedNames
}

const mostClusters = 200
/** Of one row; one that differs in each failure does not decide, whatever its name. */
const mostOfOneRow = 20
const mostModules = 2000
const mostEvidence = 3
const longestEvidence = 600

export function failureClusters(): FailureClusters {
  const clusters = new Map<string, Cluster>()
  const ofRow = new Map<FindingId, number>()

  const clusterOf = (known: KnownFailure, message: LogMessage): Cluster => {
    const { id } = known.row
    const key = `${id} ${JSON.stringify(decidingValues(known))}`
    const full = (ofRow.get(id) ?? 0) >= mostOfOneRow || clusters.size >= mostClusters
    const at = clusters.has(key) || !full ? key : id
    const cluster = clusters.get(at) ?? newCluster(known, message)
    if (!clusters.has(at)) ofRow.set(id, (ofRow.get(id) ?? 0) + 1)
    clusters.set(at, cluster)
    return cluster
  }

  return {
    add(message, rows) {
      const text = message.lines.map((line) => line.text).join('\n')
      const known = knownFailure(text, rows)
      if (!known) return false
      const cluster = clusterOf(known, message)
      cluster.count++
      if (cluster.count === 1) cluster.evidence.push(...evidenceOf(message))
      else if (cluster.evidence.length < mostEvidence) cluster.evidence.push(evidenceOf(message)[0]!)
      const module = moduleOf(text, known.values)
      if (module !== undefined) cluster.modules.add(module)
      return true
    },
    roots: () => withConsequences([...clusters.values()]),
  }
}

function newCluster({ row, values }: KnownFailure, { lines }: LogMessage): Cluster {
  return { id: row.id, row, values, count: 0, line: lines[0]!.number, evidence: [], modules: boundedNames(mostModules) }
}

function evidenceOf({ lines }: LogMessage): readonly MessageLine[] {
  return lines
    .filter(({ text }) => text.trim() !== '')
    .slice(0, mostEvidence)
    .map(({ number, text }) => ({ number, text: text.slice(0, longestEvidence) }))
}

/** Puts failures that usually come from others under the one that most likely brought them about. */
function withConsequences(clusters: readonly Cluster[]): readonly Root[] {
  const ordered = clusters.toSorted((a, b) => a.line - b.line)
  const roots = ordered.filter(({ row }) => row.rank !== 'consequence')
  const under = Map.groupBy(
    ordered.filter(({ row }) => row.rank === 'consequence'),
    (cluster) => originOf(cluster, roots),
  )
  const alone = under.get(undefined) ?? []
  return [...roots, ...alone]
    .map((cluster) => ({ ...cluster, consequences: under.get(cluster) ?? [] }))
    .toSorted((a, b) => a.line - b.line)
}

/** A root that named the same module; else the last one before it. */
function originOf(consequence: Cluster, roots: readonly Cluster[]): Cluster | undefined {
  const wanted = consequence.modules.names.map(pathOf)
  const before = roots.filter(({ line }) => line < consequence.line)
  const same = before.find(({ modules }) =>
    modules.names.some((name) => wanted.some((path) => isBelow(path, pathOf(name)))),
  )
  return same ?? before.at(-1)
}

function pathOf(module: string): string {
  return module.split('@')[0]!
}

function isBelow(path: string, module: string): boolean {
  return path === module || path.startsWith(`${module}/`)
}
