/** The flags of `modgate explain`, for the files that carry it out. */

export interface ExplainFlags {
  readonly graph?: boolean
  readonly mismatch?: boolean
  readonly origin?: boolean
  readonly json?: boolean
}
