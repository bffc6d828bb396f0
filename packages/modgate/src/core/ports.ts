/** The seams of the house. Nothing else is an interface before it has two implementations. */

import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { Body } from './body.ts'
import type { Context } from './context.ts'
import type { Resource } from './resource.ts'

/** Anything that answers module requests: an upstream, a folder, a layer over another source, the whole gateway. */
export interface Source {
  /**
   * Answers one request. Throws a Failure: `not-found` or `gone` only where the thing is truly not there, every other kind where
   * that is not known. A resource's body may still be arriving when it is returned.
   */
  get(request: ModuleRequest, context: Context): Promise<Resource>
}

/** One concern, added by wrapping. */
export type Layer = (next: Source) => Source

declare const verified: unique symbol
/** Content that has passed verification: the only thing that a store takes for a module file. Made by layer/verify alone. */
export type Verified<T> = T & { readonly [verified]: true }

/** What a store takes: bytes, or a finished temporary file that it may move away. */
export type Content = Uint8Array | SpooledFile

/** Where immutable things rest. Keys are GOPROXY file paths (`<escaped module>/@v/<version>.zip`), `/`-separated, never `..`. */
export interface Store {
  /** The whole entry, or undefined where there is none. Never a half one. */
  open(key: string): Promise<(Body & { readonly size: number }) | undefined>
  /** Keeps content that is not there yet, whole or not at all. False: something was there, and stays as it is. */
  put(key: string, content: Verified<Content>): Promise<boolean>
  /** Keys below a prefix, in no order. */
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly size: number }>
  /** True where something was removed. */
  remove(key: string): Promise<boolean>
  /** Takes an entry out of the store, or a file that was not let in, and keeps it as evidence with the reason. */
  quarantine(key: string, reason: string, refused?: SpooledFile): Promise<void>
}

/** A mutable value and when it was last replaced. */
export interface Checkpoint {
  readonly bytes: Uint8Array
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** The few mutable things, by compare and swap: tree heads, answers that age, facts of an entry. */
export interface Checkpoints {
  read(name: string): Promise<Checkpoint | undefined>
  /**
   * Replaces `old` (undefined: nothing there) by `next`, whole or not at all. False: something else stood there.
   * `durable` waits until the value survives a power cut.
   */
  replace(
    name: string,
    old: Uint8Array | undefined,
    next: Uint8Array,
    options?: { readonly durable?: boolean },
  ): Promise<boolean>
  /** Replaces whatever stands there, whole or not at all: for what is proved or can be rebuilt, where the last writer is as right. */
  write(name: string, next: Uint8Array): Promise<void>
  /** Resolves when what stands under these names survives a power cut; names without a value do not count. */
  settle(names: readonly string[]): Promise<void>
  /** Makes `at` of a value now; without effect where there is none. */
  touch(name: string): Promise<void>
  /** Removes `old`. False: something else, or nothing, stood there. Exclusive as a durable replacement is. */
  remove(name: string, old: Uint8Array): Promise<boolean>
}

/** A temporary file on local disk that one writer fills while any number of readers follow. */
export interface SpoolFile {
  /** What readers see: it grows, and its last bytes are held back until `release`. */
  readonly body: Body
  /** Bytes written so far. */
  readonly written: number
  /** Appends a chunk; resolves when the chunk's buffer may be used again. */
  write(chunk: Uint8Array): Promise<void>
  /** No more bytes will come; the file is complete, but its last bytes stay held back. */
  finish(): Promise<SpooledFile>
  /** Lets readers have the last bytes: the content is verified, and `kept` is where it rests now. Removes the temporary file. */
  release(kept: Body): Promise<void>
  /** Ends all readers with this error and removes the file. Safe at any time, also twice; without effect after `release`. */
  discard(error: Error): Promise<void>
}

/** A complete temporary file. */
export interface SpooledFile {
  readonly path: string
  readonly size: number
}

/** Makes temporary files; nothing of them survives the process or, at the latest, its next start. */
export interface Spool {
  create(expectedSize: number | undefined): Promise<SpoolFile>
}

/** Time, handed in. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after so many milliseconds, or rejects when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** Child processes, handed in. Never a shell: the first argument is the program. */
export interface Runner {
  /** Runs a program to its end, or until its time is over. Never throws: what went wrong is part of the result. */
  run(argv: readonly [program: string, ...args: string[]], options?: RunOptions): Promise<RunResult>
}

export interface RunOptions {
  readonly cwd?: string
  /** The whole environment; absent is that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly input?: string
  /** Milliseconds, default 30,000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

export interface RunResult {
  /** The exit code; -1 where there is none, and `trouble` says why. */
  readonly code: number
  /** At most 16 MiB. */
  readonly stdout: string
  readonly stderr: string
  /** `no-room`: the system had no process, descriptor or memory left to start it with. */
  readonly trouble?: 'not-there' | 'no-room' | 'timeout' | 'too-much-output' | 'killed'
}

/** A program whose output is read while it runs, handed in like a Runner. It ends, with all that it started, when its time is over. */
export type StartProgram = (argv: readonly [program: string, ...args: string[]], options: StartOptions) => Running

export interface StartOptions {
  readonly cwd?: string
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly input?: string
  /** Milliseconds. */
  readonly timeoutMs: number
}

export interface Running {
  /** Standard output; a reader that is slow slows the program down. Has to be read, or the program stopped. */
  readonly output: AsyncIterable<Uint8Array>
  /** Resolves when the program and its output have ended. Never rejects. */
  readonly ended: Promise<ProgramEnd>
  /** Asks it to end, and kills it a moment later. */
  stop(): void
}

export interface ProgramEnd extends Pick<RunResult, 'code' | 'stderr' | 'trouble'> {
  /** False where it was killed, and so may have left locks and halves behind. */
  readonly isClean: boolean
}

/** The hashes of module files (golang.org/x/mod/sumdb/dirhash), computed away from the event loop where they are big. */
export interface Hasher {
  /** `h1:` of a module zip, after its rules are checked. Throws a Failure `zip-invalid`. */
  zip(file: SpooledFile, module: ModuleVersion): Promise<ZipHash>
  /** A zip is about to come: what takes time to begin may begin. */
  prepare?(): void
}

export interface ZipHash {
  readonly h1: string
  /** `h1:` of the go.mod at its root, where it has one. */
  readonly goModH1?: string
}

export interface ModuleVersion {
  readonly path: string
  readonly version: string
}

/** What a checksum database says of a version, proved. */
export interface Records {
  /** The database's name, for words. */
  readonly name: string
  /**
   * The `h1:` of the zip and of the go.mod by the database's record. Throws a Failure: `no-record`, `database-unreachable`,
   * `database-untrusted`.
   */
  lookup(module: ModuleVersion, context: Context): Promise<ModuleHashes>
}

export interface ModuleHashes {
  readonly zip: string
  readonly goMod: string
}
