/** A git that can be held to an address that was checked: older ones pass over `http.curloptResolve` in silence. */

import { Failure } from '../../core/failure.ts'
import type { Runner } from '../../core/ports.ts'

const needed = [2, 37] as const
const versionMs = 10_000
const noRoom = 'the system has no process, descriptor or memory left to start git with'

/** Throws a Failure `git-missing` for a git that is too old. Asked until it is new enough, then never again. */
export function pinningGit(runner: Runner): (asked: string) => Promise<void> {
  let isNewEnough = false
  return async (asked) => {
    if (isNewEnough) return
    const { stdout, trouble } = await runner.run(['git', 'version'], { timeoutMs: versionMs })
    // Who runs git next says better that there is none.
    if (trouble === 'not-there') return
    if (trouble === 'no-room') throw new Failure('overloaded', { asked, who: 'modgate', why: noRoom })
    const [, version = 'of an unknown version', major, minor] = /^git version ((\d+)\.(\d+)\S*)/.exec(stdout) ?? []
    isNewEnough = Number(major) > needed[0] || (Number(major) === needed[0] && Number(minor) >= needed[1])
    if (isNewEnough) return
    const why = `this is git ${version}, and only from ${needed.join('.')} on does git connect to the address that was checked`
    throw new Failure('git-missing', { asked, who: 'modgate', why })
  }
}
