/** The places of a way in the order of asking, and what follows each kind of failure. */

import type { Hop, Route } from '../policy/route.ts'

export interface ChainStep {
  readonly kind: Hop['kind']
  /** A URL without credentials, `direct: HOST`, or `off`. */
  readonly place: string
  /** What follows 404 and 410, and what follows any other failure: the number of a step from 1, or the end. */
  readonly afterNotFound: number | 'end'
  readonly afterFailure: number | 'end'
}

/** Empty where nobody is asked. */
export function chainOf({ module, content }: Route): readonly ChainStep[] {
  if (content.kind === 'refused') return []
  const hops: readonly Hop[] = content.kind === 'direct' ? [{ kind: 'direct' }] : content.hops
  return hops.map((hop, index): ChainStep => {
    const next = index + 1 < hops.length ? index + 2 : 'end'
    if (hop.kind !== 'proxy') {
      const place = hop.kind === 'off' ? 'off' : `direct: ${hostOf(module)}`
      return { kind: hop.kind, place, afterNotFound: 'end', afterFailure: 'end' }
    }
    return {
      kind: 'proxy',
      place: withoutUser(hop.url),
      afterNotFound: next,
      afterFailure: hop.fallback === 'any' ? next : 'end',
    }
  })
}

/** The first element of a module path. */
export function hostOf(module: string): string {
  return module.split('/')[0]!
}

/** A URL, or a list of them, without user information. */
export function withoutUser(text: string): string {
  return text.replace(/:\/\/[^/@,|\s]*@/g, '://')
}
