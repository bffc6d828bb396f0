/** The hashes of what lies on disk of a module version: a zip, its files, an unpacked directory. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hash1, hashModuleZip } from '@modgate/gomod/dirhash'
import type { ModuleVersion } from '@modgate/gomod/module'
import { readDirectory, readEntry, ZipError } from '@modgate/gomod/zip'
import { withFile } from '../../core/file-access.ts'
import type { ArchivedFile } from '../mismatch/file-difference.ts'
import { absent, damaged, heard, unknown, type Heard } from '../mismatch/testimony.ts'

/** What the zip at a path hashes to, its rules checked. */
export function hashOfZip(path: string, module: ModuleVersion): Heard {
  try {
    return heard(withFile(path, (access) => hashModuleZip(module, access)))
  } catch (error) {
    return error instanceof ZipError ? damaged(`no module zip: ${error.message}`) : fromSystem(error)
  }
}

/** What a directory of a module's files hashes to, as `go mod verify` does it (dirhash.HashDir). */
export async function hashOfDirectory(directory: string, { path, version }: ModuleVersion): Promise<Heard> {
  try {
    const files: { name: string; digest: Uint8Array }[] = []
    for (const item of await readdir(directory, { recursive: true, withFileTypes: true })) {
      const file = join(item.parentPath, item.name)
      const name = `${path}@${version}/${file.slice(directory.length + 1)}`
      if (item.isFile()) files.push({ name, digest: await digestOf(file) })
      else if (!item.isDirectory()) return damaged(`${file} is no regular file`)
    }
    return heard(hash1(files))
  } catch (error) {
    return fromSystem(error)
  }
}

async function digestOf(file: string): Promise<Uint8Array> {
  const sum = createHash('sha256')
  for await (const chunk of createReadStream(file)) sum.update(chunk as Buffer)
  return sum.digest()
}

/** Text that is longer is compared by its bytes alone. */
const textUpTo = 4 << 20

/** The files of a zip. Throws a ZipError, or the system's error. */
export function archivedFiles(path: string, module: ModuleVersion): readonly ArchivedFile[] {
  const prefix = `${module.path}@${module.version}/`
  return withFile(path, (access) =>
    readDirectory(access)
      .filter(({ kind }) => kind !== 'directory')
      .map((entry) => {
        const chunks = [...readEntry(access, entry)].map((chunk) => Buffer.from(chunk))
        const content = Buffer.concat(chunks)
        const name = entry.name.startsWith(prefix) ? entry.name.slice(prefix.length) : entry.name
        const text = textDigest(content)
        return { name, size: entry.size, digest: sha256(content), ...(text === undefined ? {} : { textDigest: text }) }
      }),
  )
}

const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex')

function textDigest(content: Buffer): string | undefined {
  if (content.byteLength > textUpTo || content.includes(0)) return undefined
  return sha256(content.toString('latin1').replaceAll('\r\n', '\n'))
}

function fromSystem(error: unknown): Heard {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR' ? absent('not there') : unknown(message)
}
