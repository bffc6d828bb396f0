/** Revisions that a repository does not have. */

import { Failure } from '../../core/failure.ts'

/** The failure of a tag, branch or commit that is not there now: whoever has just pushed it asks again. */
export function unknownRevision(revision: string, url: string): Failure {
  return new Failure('module-not-found', {
    asked: revision,
    who: url,
    why: `unknown revision ${revision}`,
    next: 'check the spelling, and that this tag, branch or commit is pushed to this repository',
    isPassing: true,
  })
}

/** The failure of a repository that nothing has been committed to. */
export function noCommits(asked: string, url: string): Failure {
  const next = 'push a commit to this repository'
  return new Failure('module-not-found', { asked, who: url, why: 'no commits', next, isPassing: true })
}
