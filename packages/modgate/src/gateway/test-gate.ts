/** A whole gate, stacked for tests over what test-world.ts makes. */

import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { hashGoMod, hashModuleZip } from '@modgate/gomod/dirhash'
import { parseKey } from '@modgate/gomod/proxy'
import { bytesAccess, readFile as readMember, ZipError } from '@modgate/gomod/zip'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Checkpoints, Hasher, Store } from '../core/ports.ts'
import type { Resource } from '../core/resource.ts'
import { openDataDirectory, type DataDirectory } from '../store/data-directory.ts'
import { diskCheckpoints } from '../store/disk-checkpoints.ts'
import { diskStore } from '../store/disk-store.ts'
import { factsBook } from '../store/entry-facts.ts'
import { memoryCheckpoints, memoryStore } from '../store/memory-store.ts'
import { spool } from '../store/spool.ts'
import { database } from './database.ts'
import { gateway, type Gateway, type GatewayOptions } from './gateway.ts'
import {
  databaseKeys,
  databaseName,
  testClock,
  testDatabase,
  testOrigin,
  type TestClock,
  type TestDatabase,
  type TestOrigin,
} from './test-world.ts'

export interface TestGateOptions {
  /** Data directory of an earlier gate; without one, a new one. */
  readonly root?: string
  /** What stands around an earlier gate. */
  readonly world?: Pick<TestGate, 'origin' | 'sumdb' | 'clock'>
  /** Entries and checkpoints in memory; temporary files are on disk all the same. */
  readonly inMemory?: boolean
  readonly private?: string
  readonly exempt?: string
  readonly offline?: boolean
  readonly withoutDatabase?: boolean
  readonly more?: Partial<GatewayOptions>
}

export interface Answer {
  readonly resource: Resource
  readonly bytes: Buffer
}

export interface TestGate {
  readonly gateway: Gateway
  readonly origin: TestOrigin
  readonly sumdb: TestDatabase
  readonly clock: TestClock
  readonly directory: DataDirectory
  readonly store: Store
  readonly checkpoints: Checkpoints
  readonly refused: Failure[]
  readonly damaged: string[]
  readonly leaks: string[]
  readonly attacks: string[]
  /** Asks for a key and reads the whole body. */
  get(key: string, context?: Partial<Context>): Promise<Answer>
  /** The code of the refusal of a key. */
  refusal(key: string, context?: Partial<Context>): Promise<Failure>
  /** Keys in the store, sorted. */
  keys(): Promise<string[]>
  /** Files in quarantine: what was refused, and its reason. */
  evidence(): Promise<{ readonly content: boolean; readonly reason: string }[]>
}

/** The default reach of a request: nobody leaves, everything may be fetched. */
export const testContext = (over: Partial<Context> = {}): Context => ({
  id: 'test',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
  ...over,
})

export async function testRoot(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'modgate-gate-'))
  // A question to the database may outlive the refusal that it was asked for, and write its tiles.
  t.after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }))
  return join(root, 'data')
}

export async function testGate(t: TestContext, options: TestGateOptions = {}): Promise<TestGate> {
  const { origin, sumdb, clock } = options.world ?? {
    origin: testOrigin(),
    sumdb: testDatabase(),
    clock: testClock(),
  }
  const directory = await openDataDirectory(options.root ?? (await testRoot(t)))
  t.after(() => directory.close())
  const store = options.inMemory ? memoryStore() : diskStore(directory)
  const checkpoints = options.inMemory ? memoryCheckpoints(clock) : diskCheckpoints(directory)
  const seen = { refused: [] as Failure[], damaged: [] as string[], leaks: [] as string[], attacks: [] as string[] }
  const offline = options.offline ?? false
  const records = options.withoutDatabase
    ? undefined
    : database({
        name: databaseName,
        key: databaseKeys.verifier,
        remote: sumdb,
        checkpoints,
        clock,
        private: options.private ?? '',
        offline,
        report: {
          lookup: () => undefined,
          leak: (request) => void seen.leaks.push(JSON.stringify(request)),
          log: () => undefined,
          attack: (message) => void seen.attacks.push(message),
        },
      })
  const made = gateway({
    origin,
    access: 'open',
    database: records,
    records,
    store,
    checkpoints,
    spool: spool(directory.spool),
    facts: factsBook(checkpoints),
    hasher: localHasher,
    clock,
    private: options.private ?? '',
    exempt: options.exempt ?? '',
    offline,
    answerTtlMs: 60_000,
    absentTtlMs: 10_000,
    flight: { deadlineMs: 60_000, limit: 100 },
    memory: { limit: 1 << 20 },
    report: {
      refused: (failure) => void seen.refused.push(failure),
      kept: () => undefined,
      damaged: (key) => void seen.damaged.push(key),
    },
    ...options.more,
  })
  return {
    gateway: made,
    origin,
    sumdb,
    clock,
    directory,
    store,
    checkpoints,
    ...seen,
    ...asking(made, store, directory),
  }
}

function asking(
  gate: Gateway,
  store: Store,
  directory: DataDirectory,
): Pick<TestGate, 'get' | 'refusal' | 'keys' | 'evidence'> {
  const get = async (key: string, over?: Partial<Context>): Promise<Answer> => {
    const resource = await gate.get(parseKey(key), testContext(over))
    return { resource, bytes: await readBody(resource) }
  }
  return {
    get,
    async refusal(key, over) {
      try {
        await get(key, over)
      } catch (error) {
        if (error instanceof Failure) return error
        throw error
      }
      throw new Error(`${key} was answered`)
    },
    async keys() {
      const keys: string[] = []
      for await (const { key } of store.list('')) if (/\.(info|mod|zip)$/.test(key)) keys.push(key)
      return keys.toSorted()
    },
    async evidence() {
      const names = await readdir(directory.quarantine).catch(() => [])
      return Promise.all(
        names.toSorted().map(async (name) => ({
          content: (await readdir(join(directory.quarantine, name))).includes('content'),
          reason: await readFile(join(directory.quarantine, name, 'reason.txt'), 'utf8'),
        })),
      )
    },
  }
}

/** All bytes of an answer, in a buffer of its own. */
export async function readBody({ body }: Pick<Resource, 'body'>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body.read()) chunks.push(new Uint8Array(chunk))
  return Buffer.concat(chunks)
}

/** What a hash worker does, without the thread. */
export const localHasher: Hasher = {
  async zip({ path: file }, module) {
    try {
      const access = bytesAccess(readFileSync(file))
      const h1 = hashModuleZip(module, access)
      const goMod = readMember(access, `${module.path}@${module.version}/go.mod`)
      return goMod ? { h1, goModH1: hashGoMod(goMod) } : { h1 }
    } catch (error) {
      if (!(error instanceof ZipError)) throw error
      throw new Failure('zip-invalid', { asked: module.path, who: 'modgate', why: error.message })
    }
  },
}
