/** A module in two forms, the published one and a tampered one, and the database that knows which is which. */

import { hashGoMod, hashModuleZip } from '@modgate/gomod/dirhash'
import { escapePath, escapeVersion } from '@modgate/gomod/module'
import { generateKey } from '@modgate/gomod/note'
import { memoryDatabase, serve, SumdbError } from '@modgate/gomod/sumdb'
import { bytesAccess, create } from '@modgate/gomod/zip'

export interface ProofModule {
  readonly path: string
  readonly version: string
}

export interface ProofWorld {
  /** What GOSUMDB is set to: the whole key, so that no public database is meant. */
  readonly databaseKey: string
  /** The lines of a true go.sum: the zip's, and that of go.mod. */
  readonly sumLines: readonly [zip: string, goMod: string]
  readonly tamperedHash: string
  /** The answer to a path below the proxy's base, which begins with a slash; undefined for what is not there. */
  answer(path: string): Promise<Uint8Array | undefined>
}

const databaseName = 'sumdb.proof.example'

/** Makes one. Throws for a module path or version that cannot be. */
export async function proofWorld(module: ProofModule): Promise<ProofWorld> {
  const goMod = `module ${module.path}\n\ngo 1.20\n`
  const published = await zipOf(module, goMod, 'package lib\n\nconst Honest = true\n')
  const tampered = await zipOf(module, goMod, 'package lib\n\nconst Honest = false\n')
  const hash = (zip: Uint8Array) => hashModuleZip(module, bytesAccess(zip))
  const { path, version } = module
  const sumLines = [
    `${path} ${version} ${hash(published)}\n`,
    `${path} ${version}/go.mod ${hashGoMod(goMod)}\n`,
  ] as const
  const { signer, verifier } = generateKey(databaseName)
  const database = memoryDatabase(signer, async (asked, at) => {
    if (asked !== path || at !== version) throw new SumdbError('not-found', `no ${asked}@${at} here`)
    return sumLines.join('')
  })
  const base = `/${escapePath(path)}/@v/${escapeVersion(version)}`
  const files = new Map<string, Uint8Array>([
    [`${base}.info`, Buffer.from(JSON.stringify({ Version: version, Time: '2024-01-01T00:00:00Z' }))],
    [`${base}.mod`, Buffer.from(goMod)],
    [`${base}.zip`, tampered],
    [`/sumdb/${databaseName}/supported`, new Uint8Array()],
  ])
  const prefix = `/sumdb/${databaseName}`
  return {
    databaseKey: verifier,
    sumLines,
    tamperedHash: hash(tampered),
    async answer(asked) {
      const file = files.get(asked)
      if (file !== undefined || !asked.startsWith(prefix)) return file
      const { status, body } = await serve(database, asked.slice(prefix.length))
      return status === 200 ? body : undefined
    },
  }
}

async function zipOf(module: ProofModule, goMod: string, source: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  const file = (path: string, text: string) => {
    const bytes = Buffer.from(text)
    return { path, size: bytes.length, kind: 'file' as const, open: () => [bytes] }
  }
  const sink = { write: (bytes: Uint8Array) => void parts.push(bytes.slice()) }
  await create(sink, module, [file('go.mod', goMod), file('lib.go', source)])
  return Buffer.concat(parts)
}
