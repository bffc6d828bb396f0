/** A record of the log for people: what it says, that it is proved, and what is known of it. */

import { formatHash, type Hash } from '@modgate/gomod/tlog'
import { counted } from '../core/counted.ts'
import { formatTimestamp } from '../core/timestamp.ts'

export interface ShownRecord {
  readonly module: string
  readonly log: string
  readonly id: number
  readonly text: string
  readonly tree: { readonly size: number; readonly hash: Hash }
  /** Hashes of the proof. */
  readonly proof: readonly Hash[]
  /** Microseconds since the epoch. */
  readonly appended?: number
  readonly first?: { readonly firstSeen: string; readonly source: string; readonly client?: string }
  readonly commit?: { readonly hash: string; readonly repository?: string; readonly ref?: string }
}

export function recordText({ module, log, id, text, tree, proof, appended, first, commit }: ShownRecord): string {
  const rows: (readonly [string, string | undefined])[] = [
    [
      'proved',
      `by ${counted(proof.length, 'hash', 'hashes')} up to the signed root ${formatHash(tree.hash)} of ${counted(tree.size, 'record')}`,
    ],
    ['appended', appended === undefined ? 'the time is lost' : formatTimestamp(appended)],
    ['first seen', first?.firstSeen ?? 'none of its files; it was only looked up'],
    ['source', first?.source],
    ['asked by', first && (first.client ?? 'no client: the gate fetched it ahead, or before it noted who asks')],
    ['commit', commit && [commit.hash, commit.ref, commit.repository].filter(Boolean).join(' ')],
  ]
  const lines = rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(10)}  ${value}`]))
  return [
    `${module} is record ${id} of ${log}`,
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
    ...lines,
  ].join('\n')
}

/** The same for programs. */
export function recordJson({ module, log, id, text, tree, proof, appended, first, commit }: ShownRecord): object {
  const [path, version] = module.split('@')
  return {
    ...{ path, version, log, index: id, record: text.trimEnd().split('\n') },
    tree: { size: tree.size, root: formatHash(tree.hash) },
    proof: proof.map(formatHash),
    ...(appended === undefined ? {} : { appended: formatTimestamp(appended) }),
    ...(first && { firstSeen: first.firstSeen, source: first.source }),
    ...(first?.client === undefined ? {} : { client: first.client }),
    ...(commit && { commit }),
  }
}
