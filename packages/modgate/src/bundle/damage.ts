/** What is wrong with a bundle, in the words of all who look at one. */

import { Failure } from '../core/failure.ts'

/** One thing that is not as it was signed, or that nothing proves. */
export interface BundleProblem {
  /** The file in the bundle, or what else of it is meant. */
  readonly file: string
  readonly why: string
}

/** A Failure `bundle-invalid` for the first problems. */
export function invalidBundle(bundle: string, problems: readonly BundleProblem[]): Failure {
  const [first] = problems
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : ''
  const why = first ? `${first.file} ${first.why}${more}` : 'it is no bundle'
  return new Failure('bundle-invalid', { asked: bundle, who: 'modgate', why })
}
