/** Store keys: `/`-separated names, as the GOPROXY layout has them. */

import { join } from 'node:path'
import { Failure } from '../core/failure.ts'

const forbidden = /(^|\/)(\.{0,2})(\/|$)|[\\\0*?"<>|]/

/**
 * The path of a key below a directory.
 * Throws a Failure `bad-request` for a key that could name anything outside of it: the last guard behind the parsers.
 */
export function keyPath(directory: string, key: string): string {
  if (key === '' || key.length > 4096 || forbidden.test(key)) {
    throw new Failure('bad-request', {
      asked: JSON.stringify(key.slice(0, 200)),
      who: 'store',
      why: 'not a key of the store',
    })
  }
  return join(directory, key)
}
