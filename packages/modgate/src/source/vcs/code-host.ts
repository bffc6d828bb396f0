/**
 * One repository, whatever keeps it (Go: codehost.Repo).
 *
 * A host knows commits, tags and files, and nothing of modules: code-repo.ts makes versions of them. What it answers depends on the
 * repository alone, never on what was asked before, so that a gate that has just started says the same as one that runs for a year.
 * One host is one moment: its tags and branches do not move while a request is answered.
 */

import type { Context } from '../../core/context.ts'

/** A commit, found by some name. */
export interface Revision {
  /** Its complete id. */
  readonly commit: string
  /** The form of the id that pseudo-versions hold: 12 digits. */
  readonly short: string
  /** The tag under which it was asked; else the complete id. */
  readonly name: string
  /** When it was committed, in whole seconds. Its author chose it. */
  readonly time: Date
  /** Digits of the second behind its point, without zeros at the end, where it is known more exactly than to the second. */
  readonly fraction?: string
  /** All tags of the commit, sorted. */
  readonly tags: readonly string[]
  /** The full name of the branch or tag that led to it, where one did: `refs/heads/main`. */
  readonly ref?: string
}

/** A file of a commit. */
export interface TreeFile {
  /** Slash-separated, from the directory that was asked for. Names need not be UTF-8: one character a byte. */
  readonly name: string
  readonly kind: 'file' | 'symlink'
  /** Bytes, as they rest in the repository; an archive may convert line endings. */
  readonly size: number
}

/** A file of an archive. Its content has to be read, or left, before the next one is asked for. */
export interface ArchiveFile {
  readonly name: string
  readonly size: number
  readonly content: AsyncIterable<Uint8Array>
}

/** A repository, of which a host is opened for each request. */
export interface Repository {
  /** Throws a Failure where its names cannot be read. */
  open(context: Context): Promise<CodeHost>
}

export interface CodeHost {
  /** What keeps it, as `Origin` in an info names it: `git`. */
  readonly vcs: string
  /** Where it is, without credentials: what `Origin` in an info names. */
  readonly url: string
  /** Its commits have numbers and no hashes, which `Origin` in an info does not name. */
  readonly hasNumbers?: boolean
  /** Names of tags with this prefix, sorted. */
  tags(prefix: string): readonly string[]
  /**
   * The commit of a tag by the names of this moment, without fetching anything; undefined where there is no such tag. Absent where the
   * system cannot say that of names alone.
   */
  readonly tagged?: (tag: string) => string | undefined
  /**
   * The repository as it is now, for whoever misses a name; undefined where its names were asked for since this host was wanted, so that
   * they say no more. Absent where a host knows only what it has.
   */
  readonly later?: () => Promise<CodeHost | undefined>
  /** The commit of a tag, a branch, `HEAD`, or an id of 7 digits or more. Throws a Failure `module-not-found` where there is none. */
  stat(revision: string): Promise<Revision>
  /** The commit of the default branch. Throws a Failure `module-not-found` where nothing has been committed. */
  latest(): Promise<Revision>
  /** A file as it rests in the commit, or undefined. Throws a Failure `origin-too-large` beyond `limit` bytes. */
  readFile(commit: string, file: FileOf): Promise<Uint8Array | undefined>
  /** The files below a directory (`''` for all) in the order of the tree, without nested repositories. */
  files(commit: string, directory: string): AsyncIterable<TreeFile>
  /** The same files with the content that Go would archive. */
  archive(commit: string, directory: string): AsyncIterable<ArchiveFile>
  /** The highest tag by semantic version, on the commit or before it, that has the prefix and is allowed; undefined for none. */
  recentTag(commit: string, search: TagSearch): Promise<string | undefined>
  /** Whether the tag is on the commit or before it. */
  descendsFrom(commit: string, tag: string): Promise<boolean>
}

export interface FileOf {
  readonly path: string
  /** Bytes. */
  readonly limit: number
}

export interface TagSearch {
  readonly prefix: string
  readonly allowed: (tag: string) => Promise<boolean>
}
