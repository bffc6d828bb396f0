/** A bundle as what it stands for: a module proxy, and a checksum database that is asked. Every content is compared with the manifest on its way. */

import { createHash } from 'node:crypto'
import { keyOf, type ModuleRequest } from '@modgate/gomod/proxy'
import { readAll, type Body } from '../core/body.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import type { DatabaseRemote } from '../source/database-remote.ts'
import { describeRequest, mediaTypes } from '../source/describe.ts'
import type { StoredEntry } from '../store/entries.ts'
import type { FileKind } from '../store/entry-facts.ts'
import type { Bundle } from './bundle-file.ts'
import { invalidBundle } from './damage.ts'
import { requestOf, type BundleFile } from './manifest.ts'

/** Larger than any answer of a checksum database. */
const maxDatabaseBytes = 4 << 20

/** A source of what is in the bundle; what is not is "not found". */
export function bundleSource(bundle: Bundle): Source {
  return {
    get: async (request) => ({
      body: checkedBody(bundle, required(bundle, request)),
      type: mediaTypes[request.kind],
      trust: 'answer',
      source: `bundle ${bundle.hash.slice(0, 16)}`,
      cache: { status: 'miss', detail: 'bundle' },
    }),
  }
}

function required(bundle: Bundle, request: ModuleRequest): BundleFile {
  const file = bundle.find(keyOf(request))
  if (file) return file
  const details = { asked: describeRequest(request), who: bundle.name, why: 'no such file in this bundle' }
  throw new Failure('module-not-found', details)
}

/** The database of this name, as far as the bundle has it. */
export function bundleRemote(bundle: Bundle, name: string): DatabaseRemote {
  return {
    async read(path) {
      const file = bundle.find(`sumdb/${name}${path}`)
      if (file) return bytesOf(bundle, file)
      throw path.startsWith('/lookup/') ? noRecord(bundle, path, name) : noTile(bundle, path, name)
    },
  }
}

function noRecord({ name: who }: Bundle, path: string, name: string): Failure {
  const asked = path.slice('/lookup/'.length)
  return new Failure('no-record', { asked, who, why: `the bundle has no record of it in ${name}` })
}

/** Of a tree that has grown since: a store that knows a newer head needs wider tiles than the bundle has. */
function noTile({ name: who }: Bundle, path: string, name: string): Failure {
  return new Failure('database-unreachable', {
    asked: `${name}${path}`,
    who,
    why: 'it is not in this bundle, and nobody else is asked',
    next: 'import bundles in the order in which they were exported, or one that was exported anew',
  })
}

/** All of a small file. Throws a Failure `bundle-invalid` where it is not what the manifest says. */
export function bytesOf(bundle: Bundle, file: BundleFile, limit = maxDatabaseBytes): Promise<Uint8Array> {
  return readAll(checkedBody(bundle, file), limit, () =>
    invalidBundle(bundle.name, [{ file: file.key, why: `has more than ${limit} bytes` }]),
  )
}

/** Its content; read to the end it throws where the hash is another one, so that what has been written of it is given up. */
export function checkedBody(bundle: Bundle, file: BundleFile): Body & { readonly size: number } {
  const body = bundle.body(file)
  return {
    size: body.size,
    async *read(range) {
      const hash = createHash('sha256')
      for await (const chunk of body.read(range)) {
        hash.update(chunk)
        yield chunk
      }
      if (range === undefined && hash.digest('hex') !== file.sha256)
        throw invalidBundle(bundle.name, [{ file: file.key, why: 'has another content than was signed' }])
    },
  }
}

/** The module versions in it, as entries of a store. */
export function* bundleEntries(bundle: Bundle): Iterable<StoredEntry> {
  const entries = new Map<string, { path: string; version: string; files: Partial<Record<FileKind, number>> }>()
  for (const { key, size } of bundle.manifest.files) {
    const request = requestOf(key)
    if (request === undefined || !('version' in request)) continue
    const { path, version, kind } = request
    const entry = entries.get(`${path}@${version}`) ?? { path, version, files: {} }
    entry.files[kind] = size
    entries.set(`${path}@${version}`, entry)
  }
  for (const entry of entries.values()) {
    const bytes = Object.values(entry.files).reduce((sum, size) => sum + size, 0)
    yield { ...entry, bytes, hasFacts: false, lastAsked: 0 }
  }
}
