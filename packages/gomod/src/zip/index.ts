/**
 * Module zips (`golang.org/x/mod/zip`): reading, checking and making them.
 *
 * Reading is synchronous over random access, because hashing a zip is pure computation that belongs into a worker, and
 * asynchronous inflating is slower and needs more memory. Nothing in an archive is believed: sizes, offsets and names are checked
 * before use, inflating stops at the declared size, and an archive that two readers could understand differently (overlaps,
 * bytes before or behind it, headers that contradict each other) is refused even where Go would go on. What Go makes is accepted.
 *
 * The rules of module zips - names, case, go.mod, vendoring, limits - are Go's, to the letter, since they decide the h1.
 */
export { bytesAccess } from './access.ts'
export type { RandomAccess } from './access.ts'
export { checkFiles } from './check-files.ts'
export type { ModuleFile } from './check-files.ts'
export { checkModuleEntries, checkModuleZip, checkZip } from './check-zip.ts'
export { checkedFilesError } from './checked-files.ts'
export type { CheckedFiles, FileFault } from './checked-files.ts'
export type { Content } from './content.ts'
export { create } from './create.ts'
export { createPassing } from './create-passing.ts'
export type { PassingFile } from './create-passing.ts'
export { defaultLimits, readDirectory } from './directory.ts'
export type { DirectoryLimits, ZipEntry } from './directory.ts'
export { readEntry } from './entry.ts'
export { ZipError } from './error.ts'
export type { ZipErrorCode } from './error.ts'
export { maxGoMod, maxLicense, maxZipFile } from './limits.ts'
export { readFile } from './read-file.ts'
export type { ZipSink } from './writer.ts'
