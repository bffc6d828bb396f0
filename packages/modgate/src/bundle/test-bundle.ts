/** A small bundle of a test gate: two public modules and a private one, each with its record in a database or in the log of who exports. */

import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { generateKey } from '@modgate/gomod/note'
import { memoryDatabase, serve } from '@modgate/gomod/sumdb'
import { matchPrefixPatterns } from '@modgate/gomod/module'
import { keyOf } from '@modgate/gomod/proxy'
import { bytesBody } from '../core/body.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { localHasher, testContext, testGate, testRoot } from '../gateway/test-gate.ts'
import { databaseKeys, databaseName, testModule, type TestModule } from '../gateway/test-world.ts'
import { spool } from '../store/spool.ts'
import { openBundle } from './bundle-file.ts'
import { checkBundle, type BundleCheck, type CheckOptions } from './bundle-check.ts'
import { writeBundle } from './bundle-write.ts'
import { bundleContents, type Contents } from './contents.ts'

export const signer = generateKey('exporter.example', new Uint8Array(32).fill(9))
const context = testContext()

export interface TestBundle {
  /** Where it was written. */
  readonly path: string
  readonly contents: Contents
  readonly modules: readonly TestModule[]
  /** Writes other contents as if they were right, signed by `key`. */
  write(contents: Contents, key?: string): Promise<string>
  check(path: string, options?: Partial<CheckOptions>): Promise<BundleCheck>
}

export async function testBundle(t: TestContext): Promise<TestBundle> {
  const gate = await testGate(t, { private: 'private.example' })
  const modules = [
    await testModule({ path: 'a.example/Upper', content: Buffer.alloc(700, 'package m\n') }),
    await testModule({ path: `b.example/${'long/'.repeat(20)}m`, version: 'v1.2.0' }),
    await testModule({ path: 'private.example/m' }),
  ]
  const linesOf = (path: string) => modules.find((module) => module.path === path)!.lines
  const log = memoryDatabase(signer.signer, async (path) => linesOf(path))
  for (const module of modules) {
    gate.origin.publish(module)
    if (module.path !== 'private.example/m') gate.sumdb.record(module)
  }
  // More than one tile.
  await gate.sumdb.grow(300)
  const contents = await bundleContents(
    modules.map((module) => ({ ...module, kinds: ['mod', 'info', 'zip'] as const })),
    {
      ...{ source: withLog(gate.gateway, log), context, width: 4 },
      databases: [
        { name: databaseName, key: databaseKeys.verifier, covers: (path) => !matchPrefixPatterns('private.example', path) }, // prettier-ignore
        { name: 'exporter.example', key: signer.verifier, covers: () => true },
      ],
    },
  )
  const root = await testRoot(t)
  let written = 0
  const write = async (what: Contents, key = signer.signer) => {
    const path = join(root, '..', `${written++}.bundle`)
    await writeBundle(path, what, { key })
    return path
  }
  return {
    ...{ path: await write(contents), contents, modules, write },
    async check(path, options = {}) {
      const bundle = await openBundle(path)
      try {
        return await checkBundle(bundle, {
          ...{ signers: [signer.verifier], anySigner: false, database: databaseKeys.verifier },
          ...{ spool: spool(gate.directory.spool), hasher: localHasher, width: 2 },
          ...options,
        })
      } finally {
        await bundle.close()
      }
    },
  }
}

/** A gate with a log: what it is asked of the log is answered by this database. */
function withLog(modules: Source, log: Parameters<typeof serve>[0]): Source {
  return {
    async get(request, asked) {
      if (request.kind !== 'sumdb' || request.name !== 'exporter.example') return modules.get(request, asked)
      const path = keyOf(request).slice('sumdb/exporter.example'.length)
      const { status, body } = await serve(log, path)
      if (status !== 200) throw new Failure('module-not-found', { asked: path, who: 'test', why: `answered ${status}` })
      return { body: bytesBody(body), type: '', trust: 'signed', source: 'test', cache: { status: 'hit' } }
    },
  }
}
