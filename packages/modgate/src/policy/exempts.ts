/** Whether a list of patterns exempts anything at all. */

import { deadPattern } from './pattern-repair.ts'

/** Whether a list of patterns can match a module that somebody fetches: its first element has a dot, or a glob that may stand for one. */
export function exempts(list: string): boolean {
  return list.split(',').some((pattern) => {
    const [host = ''] = pattern.split('/')
    return /[.*?[\\]/.test(host) && deadPattern(pattern) === undefined
  })
}
