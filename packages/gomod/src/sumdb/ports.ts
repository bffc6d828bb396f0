/** Asks the database. Any number of calls may be under way at once. */
export interface RemoteDatabase {
  /**
   * Answers the body at `path` (`/lookup/…` or `/tile/…`, already escaped) when the status is 200, and rejects
   * otherwise; what it rejects with reaches the caller of `lookup` unchanged. It limits size, time and redirects.
   */
  readRemote(path: string): Promise<Uint8Array>
}

/** Keeps the last tree head that was seen, which must outlive the process: only it shows that a log was rolled back. */
export interface ConfigStore {
  /** Answers the file's content, empty when there is none yet. */
  readConfig(file: string): Promise<Uint8Array>
  /** Replaces `old` by `next` at once, or answers false and changes nothing when the content is no longer `old`. */
  writeConfig(file: string, old: Uint8Array, next: Uint8Array): Promise<boolean>
}

/**
 * Keeps proved records and tiles. It need not be trusted: what it answers is checked like an answer of the database. A partial
 * tile (`….p/<width>`) is of use only until the tree grows: a cache that outlives many heads drops the narrower ones.
 */
export interface CacheStore {
  /** Answers a file, or `undefined` when it is not there. */
  readCache(file: string): Promise<Uint8Array | undefined>
  /** Keeps a file. A failure is logged and otherwise ignored. */
  writeCache(file: string, data: Uint8Array): Promise<void>
}

/** What a client needs of the outside (x/mod/sumdb, ClientOps). File names begin with the database's name. */
export interface ClientOps extends RemoteDatabase, ConfigStore, CacheStore {
  log(message: string): void
  /** Told of evidence that the database misbehaves, before the lookup rejects with a `ForkError`. */
  securityError(message: string): void
}
