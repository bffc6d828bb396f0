/** Which modules come from where their paths lead, by the settings of now. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { ServeConfig } from '../config/index.ts'

/**
 * Whether a module may come from its repository. One that came from there before may have got a route to a proxy since, or to `off`: its
 * repository is not asked any more, whoever says that it has changed.
 */
export function mayBeDirect(
  { routes, privatePatterns, upstream }: Pick<ServeConfig, 'routes' | 'privatePatterns' | 'upstream'>,
  path: string,
): boolean {
  const route = routes.find(({ patterns }) => matchPrefixPatterns(patterns, path))
  if (route === undefined && matchPrefixPatterns(privatePatterns, path)) return true
  return (route?.list ?? upstream).some(({ kind }) => kind === 'direct')
}
