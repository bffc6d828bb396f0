/**
 * The zip of a module at a version, with the h1 that Go computes (Go: codeRepo.Zip, modzip.Create).
 *
 * Which files belong to it is known from the tree alone, before any content is read: a refusal comes first and in words. Then the archive
 * streams past, and the zip is made of what belongs to it as it is read: what is in memory does not grow with the module, and nothing
 * rests on disk.
 */

import {
  checkedFilesError,
  checkFiles,
  createPassing,
  ZipError,
  type ModuleFile,
  type PassingFile,
} from '@modgate/gomod/zip'
import type { Body } from '../../core/body.ts'
import { Failure } from '../../core/failure.ts'
import type { TreeFile } from './code-host.ts'
import type { ModuleCode } from './module-code.ts'
import type { ModuleDirectory } from './module-directory.ts'
import { produced } from './produced.ts'

/** What is to be packed. */
interface ZipPlan {
  readonly code: ModuleCode
  readonly version: string
  readonly found: ModuleDirectory
  /** Names in the tree of the files that belong to the zip, one character a byte, in their order. */
  readonly names: readonly string[]
  /** The license of the repository, where the module has none of its own. */
  readonly license: Uint8Array | undefined
}

/**
 * The zip as a body that is made anew by each reader. Throws a Failure: `zip-invalid` for files that no module zip may hold, and what the
 * host throws.
 */
export async function moduleZip(code: ModuleCode, version: string, found: ModuleDirectory): Promise<Body> {
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
  const plan = { code, version, found, names, license }
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
  const module = { path: plan.code.place.path, version: plan.version }
  try {
    yield* produced((sink) => createPassing(sink, module, passing(plan)))
  } catch (error) {
    throw error instanceof ZipError ? invalid(plan.code, plan.version, error) : error
  }
}

/** The files that belong to the zip, as the archive brings them: their content and size are those that Go would archive. */
async function* passing({ code, version, found, names, license }: ZipPlan): AsyncGenerator<PassingFile, undefined> {
  const missing = new Set(names)
  for await (const { name, size, content } of code.host.archive(found.commit, found.directory)) {
    if (missing.delete(name)) yield { path: decoded(name), size, content }
  }
  const [name] = missing
  if (name !== undefined) {
    const why = `the archive lacks the file ${JSON.stringify(name)} that the tree has`
    throw new Failure('origin-unreachable', { asked: `${code.place.path}@${version}`, who: code.url, why })
  }
  if (license !== undefined) yield { path: 'LICENSE', size: license.length, content: [license] }
}
