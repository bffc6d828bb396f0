/** The flags of `modgate audit`, for the files that carry it out. */

import type { FindingsFormat } from '../report/findings-format.ts'

export interface AuditFlags {
  readonly machine?: boolean
  readonly recursive?: boolean
  readonly prove?: boolean
  readonly verbose?: boolean
  readonly json?: boolean
  readonly format?: FindingsFormat
  readonly failOn?: 'problem' | 'warning' | 'never'
}
