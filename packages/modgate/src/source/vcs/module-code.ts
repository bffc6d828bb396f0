/** A module in its repository, while one request about it is answered. */

import { maxGoMod } from '@modgate/gomod/zip'
import { Failure, type FailureDetails } from '../../core/failure.ts'
import type { CodeHost, Revision } from './code-host.ts'
import type { ModulePlace } from './module-place.ts'

export interface ModuleCode {
  readonly place: ModulePlace
  /** Where it is, for words. */
  readonly url: string
  readonly host: CodeHost
  /** The commit of a tag, branch or id; a second question costs nothing. */
  revision(name: string): Promise<Revision>
  /** A file of at most 16 MiB of a commit, or undefined; a second question costs nothing. */
  file(commit: string, path: string): Promise<Uint8Array | undefined>
  /** What the module retracts, worked out when it is needed first. */
  retracted(): Promise<(version: string) => boolean>
}

/** Reads what a module retracts (version-list.ts). */
export type Retractions = (code: ModuleCode) => Promise<(version: string) => boolean>

/** A module behind a host, which remembers what it has read of commits. */
export function moduleCode(place: ModulePlace, host: CodeHost, retractions: Retractions): ModuleCode {
  const revisions = new Map<string, Promise<Revision>>()
  const files = new Map<string, Promise<Uint8Array | undefined>>()
  let retracted: ReturnType<Retractions> | undefined
  const code: ModuleCode = {
    place,
    url: host.url,
    host,
    revision: (name) => remembered(revisions, name, () => host.stat(name)),
    file: (commit, path) =>
      remembered(files, `${commit}:${path}`, () => host.readFile(commit, { path, limit: maxGoMod })),
    retracted: () => (retracted ??= retractions(code)),
  }
  return code
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const answer = known.get(key) ?? ask()
  known.set(key, answer)
  return answer
}

/** The failure of a revision that is no version of this module, for a reason that will not go away. */
export function versionInvalid(code: ModuleCode, version: string, why: string): Failure {
  const details: FailureDetails = { asked: `${code.place.path}@${version}`, who: code.url, why }
  return new Failure('version-invalid', details)
}

/** Whether a thrown value says that a revision is no version. */
export const isVersionInvalid = (error: unknown): boolean =>
  error instanceof Failure && error.code === 'version-invalid'

/** What a question about something that may be absent answers: undefined for absence, and all other failures thrown. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Failure && error.absent) return undefined
    throw error
  }
}
