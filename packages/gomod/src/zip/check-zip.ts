import type { ModuleVersion } from '../module/index.ts'
import type { RandomAccess } from './access.ts'
import { CheckedFilesBuilder, checkedFilesError } from './checked-files.ts'
import type { CheckedFiles } from './checked-files.ts'
import { CollisionChecker } from './collision.ts'
import { readDirectory } from './directory.ts'
import type { ZipEntry } from './directory.ts'
import { readEntry } from './entry.ts'
import { ZipError } from './error.ts'
import { maxGoMod, maxLicense, maxZipFile } from './limits.ts'
import { checkModule, filePathFault, isClean, splitPath, zipPrefix } from './path.ts'

/**
 * Checks the names and declared sizes in a zip against the rules of module zips (Go: zip.CheckZip). No member is read: the content
 * may still be corrupt or larger than declared.
 *
 * @throws ZipError `module` for a malformed module path or version; `format` or `size` if the directory cannot be read.
 */
export function checkZip(module: ModuleVersion, access: RandomAccess): CheckedFiles {
  checkModule(module)
  return tooLarge(access) ?? checkEntries(module, readDirectory(access))
}

/**
 * Checks all that the go command demands of a zip before it hashes and unpacks it, short of the content, and answers the
 * entries. Whoever then reads each of them to its end has checked the whole.
 *
 * One thing more than Go: entries whose mode says symbolic link, device or the like are refused. Go would write them as plain files,
 * but other tools that look into the same zip would not.
 *
 * @throws ZipError for the first rule that is broken.
 */
export function checkModuleEntries(module: ModuleVersion, access: RandomAccess): readonly ZipEntry[] {
  checkModule(module)
  const size = tooLarge(access)
  if (size !== undefined) throw checkedFilesError(size)!
  const entries = readDirectory(access)
  const prefix = zipPrefix(module)
  const stranger = entries.find((entry) => !entry.name.startsWith(prefix))
  if (stranger !== undefined) {
    throw new ZipError('files', `zip for ${prefix.slice(0, -1)} has unexpected file ${stranger.name}`)
  }
  const error = checkedFilesError(checkEntries(module, entries))
  if (error !== undefined) throw error
  const irregular = entries.find((entry) => entry.kind === 'irregular')
  if (irregular !== undefined) throw new ZipError('files', `${irregular.name}: not a regular file`)
  return entries
}

/**
 * Checks a downloaded zip as the go command does when it unpacks it: rules, sizes and the content of each member.
 *
 * To hash the same zip as well, `hashModuleZip` of the room `dirhash` does both in one pass.
 *
 * @throws ZipError for the first rule that is broken.
 */
export function checkModuleZip(module: ModuleVersion, access: RandomAccess): void {
  for (const entry of checkModuleEntries(module, access)) {
    const content = readEntry(access, entry)
    while (content.next().done !== true);
  }
}

function tooLarge(access: RandomAccess): CheckedFiles | undefined {
  if (access.size <= maxZipFile) return undefined
  const checked = new CheckedFilesBuilder()
  checked.sizeError = `module zip file is too large (${access.size} bytes; limit is ${maxZipFile} bytes)`
  return checked
}

function checkEntries(module: ModuleVersion, entries: readonly ZipEntry[]): CheckedFiles {
  const prefix = zipPrefix(module)
  const checked = new CheckedFilesBuilder()
  const collisions = new CollisionChecker()
  for (const entry of entries) {
    // The prefix alone is the root directory: neither valid nor invalid.
    if (entry.name === prefix) continue
    const reason = nameFault(entry, prefix, collisions) ?? sizeFault(entry, prefix, checked)
    if (reason !== undefined) checked.invalid.push({ path: entry.name, reason })
    else if (entry.kind !== 'directory') checked.valid.push(entry.name)
  }
  return checked
}

function nameFault(entry: ZipEntry, prefix: string, collisions: CollisionChecker): string | undefined {
  if (!entry.name.startsWith(prefix)) return `path does not have prefix ${JSON.stringify(prefix)}`
  const isDirectory = entry.kind === 'directory'
  const name = entry.name.slice(prefix.length, isDirectory ? -1 : undefined)
  if (!isClean(name)) return 'file path is not clean'
  const fault = filePathFault(name) ?? collisions.check(name, isDirectory)
  if (fault !== undefined || isDirectory) return fault
  const [, base] = splitPath(name)
  if (base.toLowerCase() !== 'go.mod') return undefined
  if (base !== name) return 'go.mod file not in module root directory'
  return name === 'go.mod' ? undefined : 'go.mod files must have lowercase names'
}

function sizeFault(entry: ZipEntry, prefix: string, checked: CheckedFilesBuilder): string | undefined {
  if (entry.kind === 'directory') return undefined
  checked.addSize(entry.size, maxZipFile, 'total uncompressed size of module contents too large')
  return namedSizeFault(entry.name.slice(prefix.length), entry.size)
}

/** Why a file with this path from the module's root is too large by itself. */
export function namedSizeFault(path: string, size: number): string | undefined {
  if (path === 'go.mod' && size > maxGoMod) return `go.mod file too large (max size is ${maxGoMod} bytes)`
  if (path === 'LICENSE' && size > maxLicense) return `LICENSE file too large (max size is ${maxLicense} bytes)`
  return undefined
}
