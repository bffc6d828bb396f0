/** What `modgate bench chain` is told. */

export interface ChainFlags {
  readonly chain?: readonly string[]
  readonly module?: readonly string[]
  readonly rounds: number
  readonly modules: number
  readonly jobs: number
  readonly json?: boolean
  readonly markdown?: boolean
  readonly svg?: string
}
