/** What stands around a gate in tests: time that moves when told, an upstream and a checksum database that can misbehave. */

import { hashGoMod, hashModuleZip } from '@modgate/gomod/dirhash'
import { generateKey } from '@modgate/gomod/note'
import { keyOf } from '@modgate/gomod/proxy'
import { memoryDatabase, serve, SumdbError, type ServerOps } from '@modgate/gomod/sumdb'
import { bytesAccess, create } from '@modgate/gomod/zip'
import type { Body } from '../core/body.ts'
import { Failure } from '../core/failure.ts'
import type { Clock, Source } from '../core/ports.ts'
import type { DatabaseRemote } from '../source/database-remote.ts'
import { describeRequest, mediaTypes } from '../source/describe.ts'

/** A clock that stands still until it is moved, back too. */
export interface TestClock extends Clock {
  move(milliseconds: number): void
}

export function testClock(start = Date.now()): TestClock {
  let now = start
  const sleepers = new Set<{ readonly until: number; wake(): void }>()
  return {
    now: () => now,
    sleep(milliseconds, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>()
      const sleeper = { until: now + milliseconds, wake: () => resolve(undefined) }
      sleepers.add(sleeper)
      signal?.addEventListener('abort', () => {
        sleepers.delete(sleeper)
        reject(new Error('aborted'))
      })
      return promise
    },
    move(milliseconds) {
      now += milliseconds
      for (const sleeper of sleepers) {
        if (sleeper.until > now) continue
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
  }
}

/** The three files of a module version, and the lines that a checksum database has of it. */
export interface TestModule {
  readonly path: string
  readonly version: string
  readonly info: Uint8Array
  readonly mod: Uint8Array
  readonly zip: Uint8Array
  readonly lines: string
}

export interface TestModuleOptions {
  readonly path?: string
  readonly version?: string
  /** Content of `m.go`. */
  readonly content?: string | Uint8Array
}

/** A module whose zip grows with its content. */
export async function testModule(options: TestModuleOptions = {}): Promise<TestModule> {
  const { path = 'a.example/m', version = 'v1.0.0', content = 'package m\n' } = options
  const mod = Buffer.from(`module ${path}\n\ngo 1.21\n`)
  const code = typeof content === 'string' ? Buffer.from(content) : content
  const chunks: Uint8Array[] = []
  const file = (name: string, bytes: Uint8Array) => ({
    path: name,
    kind: 'file' as const,
    size: bytes.byteLength,
    open: () => [bytes],
  })
  await create({ write: (bytes) => void chunks.push(new Uint8Array(bytes)) }, { path, version }, [
    file('go.mod', mod),
    file('m.go', code),
  ])
  const zip = Buffer.concat(chunks)
  const h1 = hashModuleZip({ path, version }, bytesAccess(zip))
  const lines = `${path} ${version} ${h1}\n${path} ${version}/go.mod ${hashGoMod(mod)}\n`
  return { path, version, info: Buffer.from(JSON.stringify({ Version: version })), mod, zip, lines }
}

/** What an origin does when it is asked: answers bytes or a body, fails, or decides at that moment. */
export type Reply = Uint8Array | string | Failure | Body | (() => Reply | Promise<Reply>)

export interface TestOrigin extends Source {
  /** Keys, in the order in which they were asked for. */
  readonly asked: string[]
  readonly replies: Map<string, Reply>
  /** Whether sizes are announced. */
  announces: boolean
  publish(module: TestModule): void
}

export function testOrigin(): TestOrigin {
  const asked: string[] = []
  const replies = new Map<string, Reply>()
  const origin: TestOrigin = {
    asked,
    replies,
    announces: true,
    publish(module) {
      for (const kind of ['info', 'mod', 'zip'] as const) {
        replies.set(keyOf({ kind, path: module.path, version: module.version }), module[kind])
      }
    },
    async get(request) {
      const key = keyOf(request)
      asked.push(key)
      let reply = replies.get(key)
      while (typeof reply === 'function') reply = await reply()
      if (reply === undefined) throw notFound(describeRequest(request))
      if (reply instanceof Failure) throw reply
      return {
        body: typeof reply === 'string' || reply instanceof Uint8Array ? onceBody(reply, origin.announces) : reply,
        type: mediaTypes[request.kind],
        trust: 'answer',
        source: 'https://upstream.example',
        cache: { status: 'miss', detail: 'upstream.example' },
      }
    },
  }
  return origin
}

/** Chunks that are overwritten after use, as the real ones are. */
function onceBody(content: Uint8Array | string, announces: boolean): Body {
  const bytes = Buffer.from(content)
  return {
    size: announces ? bytes.byteLength : undefined,
    async *read() {
      const buffer = Buffer.alloc(64 * 1024)
      for (let at = 0; at < bytes.byteLength; at += buffer.byteLength) {
        const length = bytes.copy(buffer, 0, at)
        yield buffer.subarray(0, length)
        buffer.fill(0)
      }
    },
  }
}

export const notFound = (asked: string): Failure =>
  new Failure('module-not-found', { asked, who: 'upstream.example', why: 'the upstream answered 404' })

export const unreachable = (): Failure =>
  new Failure('upstream-unreachable', { asked: 'it', who: 'upstream.example', why: 'no answer' })

export const databaseName = 'sum.example'
export const databaseKeys = generateKey(databaseName, new Uint8Array(32).fill(7))

export interface TestDatabase extends DatabaseRemote {
  readonly asked: string[]
  readonly server: ServerOps
  /** What happens to an answer on its way; may throw. */
  tamper: (path: string, body: Uint8Array) => Uint8Array | Promise<Uint8Array>
  record(module: Pick<TestModule, 'path' | 'version' | 'lines'>): void
  /** From now on there is no record of it. */
  forget(module: Pick<TestModule, 'path' | 'version'>): void
  /** Appends records of modules that nobody asks for. */
  grow(records: number): Promise<void>
}

/** A real checksum database in memory, asked as databaseRemote asks. */
export function testDatabase(): TestDatabase {
  const lines = new Map<string, string>()
  const asked: string[] = []
  let grown = 0
  const server = memoryDatabase(databaseKeys.signer, async (path, version) => {
    const text = lines.get(`${path}@${version}`)
    if (text === undefined) throw new SumdbError('not-found', 'no such version')
    return text
  })
  const made: TestDatabase = {
    asked,
    server,
    tamper: (_path, body) => body,
    record: (module) => void lines.set(`${module.path}@${module.version}`, module.lines),
    forget: ({ path, version }) => void lines.delete(`${path}@${version}`),
    async grow(records) {
      for (let i = 0; i < records; i++) {
        const path = `filler.example/m${++grown}`
        made.record({ path, version: 'v1.0.0', lines: `${path} v1.0.0 h1:${'A'.repeat(43)}=\n` })
        await server.lookup(path, 'v1.0.0')
      }
    },
    async read(path) {
      asked.push(path)
      const { status, body } = await serve(server, path)
      if (status === 200) return made.tamper(path, body)
      throw new Failure('no-record', { asked: path, who: databaseName, why: 'no record of this version' })
    },
  }
  return made
}

export const databaseDown = (): never => {
  throw new Failure('database-unreachable', { asked: databaseName, who: databaseName, why: 'cannot be asked' })
}
