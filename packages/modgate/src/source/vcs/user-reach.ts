/** How hg, svn and fossil get to a repository on behalf of somebody at his own machine: with all that he has configured for them. */

import { basename } from 'node:path'
import { ownerVariable } from '../../store/orphans.ts'
import type { Reach } from './program-access.ts'

/** Leads straight there. `owner` is the spool directory of this process. */
export function userReach(environment: Readonly<Record<string, string | undefined>>, owner: string): Reach {
  const given = Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const user = { ...(Object.fromEntries(given) as Record<string, string>), [ownerVariable]: basename(owner) }
  return (_root, use) => use({ user })
}
