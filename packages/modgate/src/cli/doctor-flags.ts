/** What `modgate doctor` is asked to do. */

import type { FindingsFormat } from '../report/findings-format.ts'

export interface DoctorFlags {
  readonly deep?: boolean
  readonly fix?: boolean
  readonly yes?: boolean
  readonly share?: boolean
  readonly strict?: boolean
  readonly verbose?: boolean
  readonly all?: boolean
  readonly json?: boolean
  readonly list?: boolean
  readonly format?: FindingsFormat
  readonly only?: string
  readonly explain?: string
  readonly module?: string
}
