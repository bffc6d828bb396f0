/**
 * Which modules a repository says are private: derived from its remotes, submodules and go.mod files, so that nobody writes
 * GOPRIVATE by hand. Narrow by default (host and owner), and never a public forge as a whole. Parsing and choosing are pure;
 * `patternsOfRepository` reads a working copy on this machine.
 */

import { thisMachine, type Machine } from '../../config/index.ts'
import { systemRunner } from '../../core/child-process.ts'
import { readRepositoryPlaces } from '../evidence/repository-places.ts'
import { privatePatterns, type PatternOptions, type PrivatePatterns } from './private-patterns.ts'

export { privatePatterns, type PatternOptions, type PrivatePattern, type PrivatePatterns } from './private-patterns.ts'
export { importPathOf, parseRemote, type RemotePlace } from './remote-url.ts'

/** The private patterns of the repository around a directory. Reads only, and keeps no credential of what it reads. */
export async function patternsOfRepository(
  directory: string,
  options: PatternOptions = {},
  machine: Machine = thisMachine(),
): Promise<PrivatePatterns> {
  return privatePatterns(await readRepositoryPlaces(machine, systemRunner, directory), options)
}
