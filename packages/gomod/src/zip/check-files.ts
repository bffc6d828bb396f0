import { CheckedFilesBuilder } from './checked-files.ts'
import type { CheckedFiles } from './checked-files.ts'
import { namedSizeFault } from './check-zip.ts'
import { CollisionChecker } from './collision.ts'
import type { Content } from './content.ts'
import { readGoVersion } from './go-version.ts'
import { maxZipFile } from './limits.ts'
import { filePathFault, isClean, splitPath } from './path.ts'
import { isGo124, isVendoredPackage } from './vendor.ts'

/** A file that may become part of a module zip, wherever it comes from. */
export interface ModuleFile {
  /** Slash-separated, from the module's root. */
  readonly path: string
  /** What it is by itself: links are not followed. Only files are packed. */
  readonly kind: 'file' | 'directory' | 'symlink' | 'irregular'
  /** Size in bytes. */
  readonly size: number
  /** Reads the content of a file from its beginning; may be called more than once. A chunk is valid until the next. */
  open(): Content
}

/**
 * Checks which files make up the zip of a module (Go: zip.CheckFiles): vendored packages, nested modules, links and what is
 * not a regular file are omitted; names and sizes that a module zip may not have are invalid.
 *
 * Only the go.mod at the root is read, for its go line: the rules of vendoring depend on it.
 *
 * @throws whatever `open` of that file throws.
 */
export async function checkFiles(files: readonly ModuleFile[]): Promise<CheckedFiles> {
  const [checked] = await selectFiles(files)
  return checked
}

/** As `checkFiles`, with the valid files themselves. */
export async function selectFiles(files: readonly ModuleFile[]): Promise<[CheckedFiles, readonly ModuleFile[]]> {
  const rules: Rules = {
    since124: isGo124(await goVersion(files)),
    modules: moduleDirectories(files),
    collisions: new CollisionChecker(),
    checked: new CheckedFilesBuilder(),
  }
  const faulty = new Set<string>()
  const selected = files.filter((file) => {
    const fault = fileFault(file, rules)
    if (fault === undefined) {
      rules.checked.valid.push(file.path)
      return true
    }
    const list = fault.omit ? rules.checked.omitted : rules.checked.invalid
    if (!faulty.has(file.path)) list.push({ path: file.path, reason: fault.reason })
    faulty.add(file.path)
    return false
  })
  return [rules.checked, selected]
}

interface Rules {
  readonly since124: boolean
  /** Directories, with their last slash, that hold a go.mod in any case. */
  readonly modules: ReadonlySet<string>
  readonly collisions: CollisionChecker
  readonly checked: CheckedFilesBuilder
}

interface Fault {
  readonly reason: string
  readonly omit: boolean
}

const omit = (reason: string): Fault => ({ reason, omit: true })
const refuse = (reason: string | undefined): Fault | undefined =>
  reason === undefined ? undefined : { reason, omit: false }

/** The order of the rules decides on the list in which a file ends that breaks two of them: it is Go's. */
function fileFault(file: ModuleFile, rules: Rules): Fault | undefined {
  const { path, kind, size } = file
  if (!isClean(path)) return refuse('file path is not clean')
  if (path.startsWith('/')) return refuse('file path is not relative')
  if (isVendoredPackage(path, rules.since124)) return omit('file is in vendor directory')
  if (inNestedModule(path, rules.modules)) return omit('file is in another module')
  if (path === '.hg_archival.txt') return omit("file is inserted by 'hg archive' and is always omitted")
  const nameFault = filePathFault(path) ?? goModFault(path) ?? rules.collisions.check(path, kind === 'directory')
  if (nameFault !== undefined) return refuse(nameFault)
  if (kind === 'symlink') return omit('file is a symbolic link')
  if (kind !== 'file') return omit('not a regular file')
  rules.checked.addSize(size, maxZipFile, 'module source tree too large')
  return refuse(namedSizeFault(path, size))
}

function goModFault(path: string): string | undefined {
  return path !== 'go.mod' && path.toLowerCase() === 'go.mod' ? 'go.mod files must have lowercase names' : undefined
}

function moduleDirectories(files: readonly ModuleFile[]): ReadonlySet<string> {
  const directories = new Set<string>()
  for (const file of files) {
    const [directory, base] = splitPath(file.path)
    if (file.kind === 'file' && base.toLowerCase() === 'go.mod') directories.add(directory)
  }
  return directories
}

function inNestedModule(path: string, modules: ReadonlySet<string>): boolean {
  for (let slash = path.lastIndexOf('/'); slash >= 0; slash = slash === 0 ? -1 : path.lastIndexOf('/', slash - 1)) {
    if (modules.has(path.slice(0, slash + 1))) return true
  }
  return false
}

async function goVersion(files: readonly ModuleFile[]): Promise<string | undefined> {
  const file = files.findLast(({ path, kind }) => path === 'go.mod' && kind === 'file')
  return file === undefined ? undefined : readGoVersion(file.open())
}
