/**
 * The zip of a module at a version, with the h1 that Go computes (Go: codeRepo.Zip, modzip.Create).
 *
 * Which files belong to it is known from the tree alone, before any content is read: a refusal comes first and in words. Then the archive
 * streams past, what belongs to the zip goes to a file on disk, and the zip is made of that as it is read: what is in memory does not grow
 * with the module.
 */

import { open, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import {
  checkedFilesError,
  checkFiles,
  create,
  maxZipFile,
  ZipError,
  type Content,
  type ModuleFile,
} from '@modgate/gomod/zip'
import type { Body } from '../../core/body.ts'
import { Failure } from '../../core/failure.ts'
import { withBuffer } from '../../store/file-body.ts'
import { storeFailure } from '../../store/store-failure.ts'
import type { TreeFile } from './code-host.ts'
import type { ModuleCode } from './module-code.ts'
import type { ModuleDirectory } from './module-directory.ts'
import { produced } from './produced.ts'

/** What is to be packed, and where. */
export interface ZipPlan {
  readonly code: ModuleCode
  readonly version: string
  readonly found: ModuleDirectory
  /** Names in the tree of the files that belong to the zip, one character a byte, in their order. */
  readonly names: readonly string[]
  /** The license of the repository, where the module has none of its own. */
  readonly license: Uint8Array | undefined
  /** For a temporary file, which has no name while it is used. */
  readonly temporary: string
}

/**
 * The zip as a body that is made anew by each reader. Throws a Failure: `zip-invalid` for files that no module zip may hold, and what the
 * host throws; while it is read also `store-failed`.
 */
export async function moduleZip(
  code: ModuleCode,
  { version, found, temporary }: Pick<ZipPlan, 'version' | 'found' | 'temporary'>,
): Promise<Body> {
  const tree: TreeFile[] = []
  for await (const file of code.host.files(found.commit, found.directory)) tree.push(file)
  const hasLicense = found.directory === '' || tree.some(({ name }) => name === 'LICENSE')
  const license = hasLicense ? undefined : await code.file(found.commit, 'LICENSE')
  const files = tree.map((file) => moduleFile(file, found.goMod))
  if (license) files.push(bytesFile('LICENSE', license))
  const checked = await checkFiles(files)
  const error = checkedFilesError(checked)
  if (error) throw invalid(code, version, error)
  const valid = new Set(checked.valid)
  const names = tree.flatMap(({ name }) => (valid.has(decoded(name)) ? [name] : []))
  const plan = { code, version, found, names, license, temporary }
  return { size: undefined, read: () => packed(plan) }
}

const decoded = (name: string) => Buffer.from(name, 'latin1').toString('utf8')

function moduleFile({ name, kind, size }: TreeFile, goMod: Uint8Array | undefined): ModuleFile {
  const path = decoded(name)
  // Only the go.mod is read by the rules, and it has been read before.
  return { path, kind, size, open: () => (path === 'go.mod' && goMod ? [goMod] : []) }
}

function bytesFile(path: string, bytes: Uint8Array): ModuleFile {
  return { path, kind: 'file', size: bytes.length, open: () => [bytes] }
}

function invalid({ place, url }: ModuleCode, version: string, error: ZipError): Failure {
  const details = { asked: `${place.path}@${version}`, who: url, cause: error }
  // Names of files are a stranger's, and may hold what moves a cursor.
  const faults = error.message.split('\n').map((line) => line.replace(/[\x00-\x1f\x7f-\x9f]/g, '?'))
  return new Failure('zip-invalid', { ...details, why: `no module zip can be made of it: ${faults.join('; ')}` })
}

async function* packed(plan: ZipPlan): AsyncIterable<Uint8Array> {
  const spool = await unnamedFile(plan.temporary)
  try {
    const files = await spooled(plan, spool)
    const module = { path: plan.code.place.path, version: plan.version }
    yield* produced((sink) => create(sink, module, files))
  } catch (error) {
    throw error instanceof ZipError ? invalid(plan.code, plan.version, error) : error
  } finally {
    await spool.close()
  }
}

/** A file that nobody has to clean up, however this process ends. */
async function unnamedFile(directory: string): Promise<FileHandle> {
  const path = join(directory, `archive-${randomBytes(8).toString('hex')}`)
  try {
    const file = await open(path, 'wx+', 0o600)
    await unlink(path)
    return file
  } catch (error) {
    throw storeFailure('temporary file', error)
  }
}

/** Writes the content of the files that belong to the zip one after the other, and answers where they are. */
async function spooled(
  { code, version, found, names, license }: ZipPlan,
  spool: FileHandle,
): Promise<readonly ModuleFile[]> {
  const places = new Map<string, ModuleFile>()
  const wanted = new Set(names)
  let end = 0
  for await (const { name, size, content } of code.host.archive(found.commit, found.directory)) {
    if (!wanted.has(name)) continue
    const start = end
    if (start + size > maxZipFile) {
      throw invalid(
        code,
        version,
        new ZipError('size', `module source tree too large (max size is ${maxZipFile} bytes)`),
      )
    }
    for await (const chunk of content) end += await writeAll(spool, chunk, end)
    places.set(name, { path: decoded(name), kind: 'file', size, open: () => part(spool, start, start + size) })
  }
  const files = names.map((name) => places.get(name))
  const missing = files.indexOf(undefined)
  if (missing >= 0) {
    const why = `the archive lacks the file ${JSON.stringify(names[missing])} that the tree has`
    throw new Failure('origin-unreachable', { asked: `${code.place.path}@${version}`, who: code.url, why })
  }
  const last = license === undefined ? [] : [bytesFile('LICENSE', license)]
  return [...files.filter((file) => file !== undefined), ...last]
}

async function writeAll(spool: FileHandle, chunk: Uint8Array, position: number): Promise<number> {
  try {
    for (let at = 0; at < chunk.length;) {
      at += (await spool.write(chunk, at, chunk.length - at, position + at)).bytesWritten
    }
    return chunk.length
  } catch (error) {
    throw storeFailure('temporary file', error)
  }
}

function part(spool: FileHandle, start: number, end: number): Content {
  return withBuffer(async function* (buffer) {
    for (let at = start; at < end;) {
      const { bytesRead } = await spool.read(buffer, 0, Math.min(buffer.byteLength, end - at), at)
      if (bytesRead === 0) throw storeFailure('temporary file', new Error('the temporary file has become shorter'))
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  })
}
