import type { ModuleVersion } from '../module/index.ts'
import { namedSizeFault } from './check-zip.ts'
import type { Content } from './content.ts'
import { ZipError } from './error.ts'
import { maxZipFile } from './limits.ts'
import { checkModule, zipPrefix } from './path.ts'
import { ZipWriter } from './writer.ts'
import type { ZipSink } from './writer.ts'

/** A file that comes by once: its content is read, or left, before the next one comes. */
export interface PassingFile {
  /** Slash-separated, from the module's root. */
  readonly path: string
  /** Size in bytes. */
  readonly size: number
  readonly content: Content
}

/**
 * Writes the zip of a module from files that come by, as those of an archive do: all of them, in the order in which they come. Nothing is
 * kept of them but what the directory of a zip needs. Their names are the caller's to check (`checkFiles`); their sizes may not be known
 * before, so they are checked here.
 *
 * What was written before an error has no directory and is no zip.
 *
 * @throws ZipError `module` for a malformed module; `files` or `size` for a file, or all of them, that are too large; whatever the files and
 * the sink throw.
 */
export async function createPassing(
  sink: ZipSink,
  module: ModuleVersion,
  files: AsyncIterable<PassingFile>,
): Promise<void> {
  checkModule(module)
  const writer = new ZipWriter(sink)
  const prefix = zipPrefix(module)
  let total = 0
  for await (const { path, size, content } of files) {
    const fault = namedSizeFault(path, size)
    if (fault !== undefined) throw new ZipError('files', `${path}: ${fault}`)
    total += size
    if (total > maxZipFile) {
      throw new ZipError('size', `module source tree too large (max size is ${maxZipFile} bytes)`)
    }
    await writer.add(prefix + path, content, size)
  }
  await writer.close()
}
