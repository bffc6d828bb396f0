/** The flags of `modgate explain`, for the files that carry it out. */

export const logFormats = ['text', 'json', 'markdown'] as const
export type LogFormat = (typeof logFormats)[number]

export interface ExplainFlags {
  readonly graph?: boolean
  readonly mismatch?: boolean
  readonly origin?: boolean
  readonly json?: boolean
  readonly format?: LogFormat
}
