/** What an audit of the log found, for people. */

import { counted } from '../core/counted.ts'

export interface ShownDamage {
  /** A file of the log, or a module version. */
  readonly file: string
  readonly why: string
  /** Whether --repair can write it anew. */
  readonly mendable?: boolean
  /** What --repair did. */
  readonly repaired?: string
}

export interface ShownAudit {
  readonly log: string
  readonly size: number
  /** Base64; absent where the audit was stopped. */
  readonly root: string | undefined
  readonly rootHolds: boolean | undefined
  /** How many damages and differences there are; the first of them. */
  readonly damaged: number
  readonly damages: readonly ShownDamage[]
  readonly stopped: boolean
  /** Records that were read; a whole audit reads each twice. */
  readonly steps: number
  readonly public?: {
    readonly name: string
    readonly agree: number
    readonly differ: number
    readonly private: number
    readonly unasked: number
    readonly trouble?: string
  }
}

export function logAuditText(audit: ShownAudit): string {
  const { log, size, damages, damaged, stopped, steps } = audit
  const lines = damages.flatMap((damage) => [`${verbOf(damage)} ${damage.file}: ${damage.why}`, ...fate(damage)])
  if (damaged > damages.length) lines.push(`and ${damaged - damages.length} more`)
  if (stopped) lines.push(`stopped after ${steps} of ${2 * size} steps: what was not looked at may be damaged`)
  else if (audit.rootHolds) lines.push(`the ${counted(size, 'record')} of ${log} lead to the signed root ${audit.root}`)
  lines.push(...publicLines(audit))
  const mended = damages.filter(({ repaired }) => repaired !== undefined).length
  if (!stopped)
    lines.push(
      damaged === 0 ? 'nothing is damaged' : `${damaged} damaged${mended === 0 ? '' : `, ${mended} of them mended`}`,
    )
  return lines.join('\n')
}

function fate({ file, mendable, repaired }: ShownDamage): readonly string[] {
  if (repaired !== undefined) return [`  ${repaired}`]
  if (mendable === undefined) return []
  if (file.endsWith('.guard') || file === 'guard') return ['  modgate log status says what to do']
  return [mendable ? '  --repair writes it anew' : '  restore it from a copy of the data directory']
}

function publicLines({ public: compared }: ShownAudit): readonly string[] {
  if (!compared) return ['the public database was not asked']
  const { name, agree, differ, unasked, trouble } = compared
  const lines = [
    `public records as in ${name}: ${agree}, other than there: ${differ}; private, and not asked about: ${compared.private}`,
  ]
  if (unasked > 0) lines.push(`${unasked} could not be compared: ${trouble ?? ''}`)
  return lines
}

const verbOf = ({ mendable }: ShownDamage) => (mendable === undefined ? 'differs' : 'damaged')
