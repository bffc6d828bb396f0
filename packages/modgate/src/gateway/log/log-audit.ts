/**
 * An audit of a whole log. The records are the truth that everything else is compared with, and they are believed only where they lead to
 * the root that was signed: first the tree is computed anew from all of them, then each lookup file and, where that is wanted, the public
 * database is compared with each record that is proved. Memory does not grow with the log.
 */

import { newVerifier } from '@modgate/gomod/note'
import { emptyTreeHash, formatHash, type Tree } from '@modgate/gomod/tlog'
import { Failure } from '../../core/failure.ts'
import { auditFiles, type AuditFiles } from './audit-files.ts'
import { auditLookups } from './audit-lookups.ts'
import type { AuditOptions } from './audit-place.ts'
import { auditTree } from './audit-tree.ts'
import { isSignedHead } from './log-head.ts'
import { logNames } from './log-names.ts'

export interface LogAudit {
  /** Of the head that was audited. */
  readonly size: number
  /** Base64. */
  readonly root: string
  /** Whether the records lead to the root that was signed. */
  readonly rootHolds: boolean
  /** Records whose lookup file was compared, and stopped where the signal came. */
  readonly audited: number
}

/** Rejects with the signal's reason where it came; what was found until then has been told. */
export async function auditLog(options: AuditOptions): Promise<LogAudit> {
  const { log, disk, completed, found } = options
  const names = logNames(log.name)
  const files = auditFiles({ disk, completed, names })
  const head = await headOf(files, names.head, options)
  if (head && !isSignedHead(head, newVerifier(log.verifierKey))) {
    const why = 'one of its two faces is not signed with the key of this log, or is of another tree'
    await found({ file: names.head, why })
  }
  const isGuarded = await auditGuard(options)
  const tree: Tree = head?.tree ?? { size: 0, hash: emptyTreeHash() }
  const audit = { size: tree.size, root: formatHash(tree.hash) }
  if (!head) return { ...audit, rootHolds: true, audited: 0 }
  const place = { ...options, files, names, tree }
  const { rootHolds, unproved } = await auditTree(place)
  // What an older head does not have may be all that is left of newer records: it is told, and nobody is to remove it.
  const audited = await auditLookups(place, { unproved, isNewest: rootHolds && isGuarded })
  return { ...audit, rootHolds, audited }
}

/** Undefined where there is none, which is told where something else is there. */
async function headOf(files: AuditFiles, file: string, { found, ...options }: AuditOptions) {
  try {
    const head = await files.head()
    if (head) return head
    const lookups = options.list(logNames(options.log.name).lookups)[Symbol.asyncIterator]()
    const { done } = await lookups.next()
    await lookups.return?.()
    if (done !== true) await found({ file, why: 'is not there, and lookups are' })
  } catch {
    await found({ file, why: 'is not in the format of a head' })
  }
  return undefined
}

/** Whether the log is what was signed last. */
async function auditGuard({ log, found }: AuditOptions): Promise<boolean> {
  const status = await log.status().catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'log-damaged') return undefined
    throw error
  })
  if (status === undefined) {
    await found({ file: 'guard', why: 'cannot be compared with the head: it, or a tile between them, is damaged' })
  } else if (!status.signs && status.closed.cause !== 'moved') {
    await found({ file: status.guard?.path ?? 'guard', why: status.closed.why })
  }
  return status?.signs ?? false
}
