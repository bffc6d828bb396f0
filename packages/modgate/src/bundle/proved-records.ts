/** The records in a bundle, each proved to be in the tree of its database under the one head that the bundle has of it. */

import { newVerifier, NoteError, open } from '@modgate/gomod/note'
import { memoryOps, sumdbClient, SumdbError, type Client, type ClientOps } from '@modgate/gomod/sumdb'
import { formatHash, parseTilePath, parseTree, TlogError } from '@modgate/gomod/tlog'
import { Failure } from '../core/failure.ts'
import type { ModuleVersion } from '../core/ports.ts'
import type { Bundle } from './bundle-file.ts'
import { bundleRemote, bytesOf } from './bundle-source.ts'
import type { BundleProblem } from './damage.ts'
import { requestOf, type BundleDatabase, type BundleFile } from './manifest.ts'

export interface ProvedRecords {
  /** What the databases have of a version, one after the other. */
  of(module: ModuleVersion): readonly ProvedHashes[]
}

/** The hashes of a record; undefined where it has no such line. */
export interface ProvedHashes {
  readonly database: string
  readonly zip: string | undefined
  readonly goMod: string | undefined
}

/** Proves them. What does not hold is added to the problems. */
export async function provedRecords(
  bundle: Bundle,
  databases: readonly BundleDatabase[],
  problems: BundleProblem[],
): Promise<ProvedRecords> {
  const records = new Map<string, ProvedHashes[]>()
  const listed = new Set(bundle.manifest.databases.map(({ name }) => name))
  for (const { key } of bundle.manifest.files) {
    const request = requestOf(key)
    if (request?.kind === 'sumdb' && !listed.has(request.name)) problems.push({ file: key, why: 'is of no database' })
  }
  for (const database of databases) await prove(bundle, database, { records, problems })
  return { of: ({ path, version }) => records.get(`${path}@${version}`) ?? [] }
}

interface Proving {
  readonly records: Map<string, ProvedHashes[]>
  readonly problems: BundleProblem[]
}

async function prove(bundle: Bundle, database: BundleDatabase, { records, problems }: Proving): Promise<void> {
  const head = await headOf(bundle, database)
  if ('why' in head) {
    problems.push({ file: `sumdb/${database.name}/latest`, why: head.why })
    return
  }
  for (const file of bundle.manifest.files) {
    const request = requestOf(file.key)
    if (request?.kind !== 'sumdb' || request.name !== database.name) continue
    const { resource } = request
    try {
      if (resource.kind === 'tile') await checkTile(bundle, file, { client: head.client, path: resource.path })
      if (resource.kind === 'supported' && file.size > 0) problems.push({ file: file.key, why: 'is not empty' })
      if (resource.kind !== 'lookup') continue
      await checkHead(bundle, file, head.note)
      const { path, version } = resource
      const { lines } = await head.client.lookupRecord(path, version)
      const key = `${path}@${version}`
      records.set(key, [...(records.get(key) ?? []), hashesOf(resource, lines, database.name)])
    } catch (error) {
      problems.push({ file: file.key, why: wordsOf(error) })
    }
  }
}

/** A client that has seen the head of the bundle, and asks nobody but the bundle. */
async function headOf(
  bundle: Bundle,
  { name, key, size, root }: BundleDatabase,
): Promise<{ readonly client: Client; readonly note: Uint8Array } | { readonly why: string }> {
  const file = bundle.find(`sumdb/${name}/latest`)
  if (!file) return { why: 'is not there' }
  try {
    const note = await bytesOf(bundle, file)
    const verifier = newVerifier(key)
    const tree = parseTree(open(note, [verifier]).text)
    if (verifier.name !== name) return { why: `is of ${verifier.name}, by its key` }
    if (tree.size !== size || formatHash(tree.hash) !== root) return { why: 'is another head than the manifest says' }
    const client = sumdbClient(key, forgetful(bundle, name))
    await client.merge(note)
    return { client, note }
  } catch (error) {
    return { why: wordsOf(error) }
  }
}

/** Nothing is remembered but what the client itself holds: a bundle may be larger than the memory. */
function forgetful(bundle: Bundle, name: string): ClientOps {
  const remote = bundleRemote(bundle, name)
  const ops = memoryOps((path) => remote.read(path))
  return { ...ops, readCache: async () => undefined, writeCache: async () => undefined, log: () => undefined }
}

async function checkTile(
  bundle: Bundle,
  file: BundleFile,
  { client, path }: { readonly client: Client; readonly path: string },
): Promise<void> {
  const [proved, bytes] = [await client.readTile(parseTilePath(path)), await bytesOf(bundle, file)]
  if (Buffer.compare(proved, bytes) !== 0) throw new Error('is not the tile of the tree')
}

/** One head for all, so that each tile that a client will ask for is here. */
async function checkHead(bundle: Bundle, file: BundleFile, note: Uint8Array): Promise<void> {
  const bytes = Buffer.from(await bytesOf(bundle, file))
  const from = bytes.indexOf('\n\n') + 2
  if (Buffer.compare(bytes.subarray(from), note) !== 0) throw new Error('comes with another head than the bundle has')
}

function hashesOf({ path, version }: ModuleVersion, lines: readonly string[], database: string): ProvedHashes {
  const hashFor = (suffix: string) => {
    const start = `${path} ${version}${suffix} `
    return lines.find((line) => line.startsWith(start))?.slice(start.length)
  }
  return { database, zip: hashFor(''), goMod: hashFor('/go.mod') }
}

function wordsOf(error: unknown): string {
  if (error instanceof Failure) return error.code === 'bundle-invalid' ? 'has another content than was signed' : `cannot be proved: ${error.asked}: ${error.why}` // prettier-ignore
  if (error instanceof SumdbError || error instanceof NoteError || error instanceof TlogError)
    return `cannot be proved: ${error.message.split('\n', 1)[0]}`
  return (error as Error).message
}
