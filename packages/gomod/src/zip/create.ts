import type { ModuleVersion } from '../module/index.ts'
import { selectFiles } from './check-files.ts'
import type { ModuleFile } from './check-files.ts'
import { checkedFilesError } from './checked-files.ts'
import { checkModule, zipPrefix } from './path.ts'
import { ZipWriter } from './writer.ts'
import type { ZipSink } from './writer.ts'

/**
 * Writes the zip of a module (Go: zip.Create): the valid ones of the files, in their order, under `<module>@<version>/`.
 * The h1 is the one that Go computes; the bytes are not Go's, but always the same for the same files.
 *
 * @throws ZipError `module` for a malformed module; `files` or `size` if the files break a rule (nothing is written then) or a file
 * is larger than it said; whatever the files and the sink throw.
 */
export async function create(sink: ZipSink, module: ModuleVersion, files: readonly ModuleFile[]): Promise<void> {
  checkModule(module)
  const [checked, selected] = await selectFiles(files)
  const error = checkedFilesError(checked)
  if (error !== undefined) throw error
  const writer = new ZipWriter(sink)
  for (const file of selected) await writer.add(zipPrefix(module) + file.path, file.open(), file.size)
  await writer.close()
}
