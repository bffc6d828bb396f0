/** What each place says that a module version hashes to. */

/** Who says it, in the order in which they are shown. */
export const witnesses = ['go.sum', 'database', 'proxy', 'origin', 'cache', 'ziphash', 'directory'] as const
export type WitnessKind = (typeof witnesses)[number]

export interface Testimony {
  readonly witness: WitnessKind
  /** In words: `go.sum, line 12`, `sum.golang.org`, `https://proxy.example`, a path. No credentials. */
  readonly place: string
  /** Of the zip's files. */
  readonly zip: Heard
  /** Of go.mod. */
  readonly goMod: Heard
  /** Where the zip lies on this machine, for a look at its files. */
  readonly archive?: string
}

/** `absent`: the place was asked and has none. `unknown`: nothing can be said. `damaged`: what lies there is no module zip. */
export type Heard =
  | { readonly kind: 'h1'; readonly h1: string }
  | { readonly kind: 'absent' | 'unknown' | 'damaged'; readonly why: string }

export const heard = (h1: string): Heard => ({ kind: 'h1', h1 })
export const absent = (why: string): Heard => ({ kind: 'absent', why })
export const unknown = (why: string): Heard => ({ kind: 'unknown', why })

export const damaged = (why: string): Heard => ({ kind: 'damaged', why })

export const h1Of = (said: Heard): string | undefined => (said.kind === 'h1' ? said.h1 : undefined)
