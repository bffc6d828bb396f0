/** `modgate audit --prove`: what each setting lets in, shown by the real go in a sandbox */

import process from 'node:process'
import { systemRunner } from '../core/child-process.ts'
import { ownRows } from '../inspect/audit/proof-rows.ts'
import { prove } from '../inspect/audit/proof.ts'
import { ownCaseAccepted, proofText } from '../report/audit-proof.ts'
import { paintFor } from '../report/findings-paint.ts'
import type { AuditFlags } from './audit-flags.ts'
import type { Audited } from './audit-repositories.ts'
import { print, remark, type CommandLine } from './context.ts'
import { stopSignal } from './stop-signal.ts'

/** Proves it for the repositories that were audited, and prints the table. */
export async function auditProve(command: CommandLine, flags: AuditFlags, audited: readonly Audited[]): Promise<void> {
  const stop = stopSignal(process)
  const ended = new AbortController()
  void stop.asked.then((signal) => ended.abort(new Error(`ended by ${signal}`)))
  try {
    const own = audited.flatMap(({ evidence }) => ownRows(evidence)).slice(0, 12)
    const proof = await prove({ machine: command.machine, runner: systemRunner, own, signal: ended.signal })
    if (proof === undefined) {
      remark(
        command,
        'modgate: there is no go command on PATH, and the proof needs the real one\n  next: install Go, or run modgate audit without --prove',
      )
      command.process.exitCode = 1
      return
    }
    const asJson = flags.json === true || flags.format === 'json'
    print(command, asJson ? proof : proofText(proof, paintFor(command.process.stdout)))
    if (proof.rows.some(ownCaseAccepted) && flags.failOn !== 'never') command.process.exitCode = 1
  } catch (error) {
    if (!ended.signal.aborted) throw error
    remark(command, 'modgate: ended early, and cleaned up')
    command.process.exitCode = 130
  } finally {
    stop.forget()
  }
}
