/**
 * Checksum databases: the client that verifies, and the protocol to serve one (x/mod/sumdb).
 *
 * The client believes nobody: not the proxy in between, not its own cache, and not the database itself, whose signed heads
 * must all lie on one history. Its outside comes in as `ClientOps`. The order of a lookup is its safety: parse the record,
 * merge the head that came with it, prove the record's text up to the merged head, and only then read lines, out of
 * that text alone. Failures have kinds, since a fork is news for people while a missing record is everyday life.
 *
 * The server side is one function over `ServerOps`, without a socket; `memoryDatabase` is the smallest implementation.
 */
export { type Client, type ClientOptions, sumdbClient, type VerifiedRecord } from './client.ts'
export { ForkError, type ForkEvidence, SumdbError, type SumdbErrorKind } from './error.ts'
export { goSumLines } from './lines.ts'
export { memoryDatabase } from './memory-database.ts'
export { memoryOps, type MemoryOps } from './memory-ops.ts'
export type { CacheStore, ClientOps, ConfigStore, RemoteDatabase } from './ports.ts'
export { type Answer, serve, type ServerOps } from './server.ts'
