import { hashZip } from '@modgate/gomod/dirhash'
import { parse } from '@modgate/gomod/txtar'
import { bytesAccess, type CheckedFiles, checkModuleZip, checkZip, ZipError } from '@modgate/gomod/zip'
import type { ModuleVersion } from '@modgate/gomod/module'
import { forge } from '../../packages/gomod/src/zip/forge.ts'
import { type Difference, differential, passed } from './compare.ts'
import { publishedFiles } from './published.ts'
import type { Random } from './random.ts'
import { forgedZip, zipModule } from './zip-texts.ts'

type Input = readonly [module: ModuleVersion, archive: Uint8Array]

/**
 * Archives that two readers could understand differently, which ours refuses: Go takes what its own reader makes of them. Each
 * is known by the reason that ours gives; the reverse, what Go refuses and ours takes, is never meant to be.
 */
const strict: readonly (readonly [why: string, reason: RegExp])[] = [
  [
    'bytes before the archive, or a lie about where the directory is',
    /the directory does not end where the archive says/,
  ],
  ['bytes behind the archive', /data after the archive, or its end is cut off/],
  ['bytes behind the compressed data of a member', /data after the end of deflate data/],
  ['members that share bytes, or bytes that belong to none', /overlaps another part of the archive$/],
  ['a member that its two headers describe differently', /local header and directory contradict each other$/],
  ['a member without a header of its own, which Go never looks at', /not a valid local header$/],
  ['an end that contradicts itself', /the fields of the end of directory contradict each other/],
  ['an archive in several parts', /the archive spans several disks/],
  [
    'a zip64 end that is damaged, where Go goes on with the plain one',
    /not a valid zip64 end of directory|zip64 end of directory is not where it should be/,
  ],
  ['a zip64 number beyond what is exact', /a 64-bit number in the archive is out of range/],
  ['a directory that is longer than what it lists', /the directory is cut off/],
  ['a name that is not UTF-8, which module zips cannot have', /a file name is not UTF-8/],
  ['a name twice, where only one of the two is seen by most readers', /multiple entries for file/],
  ['an encrypted member', /: encrypted$/],
  ['a directory that has content', /: a directory with content$/],
  ['a symbolic link or a device, which Go would write as a plain file', /: not a regular file$/],
  ['content beyond the limit of module zips', /content larger than 524288000 bytes/],
]

const stricter = strict.map(([why, reason]): Difference<readonly unknown[]> => ({
  why,
  holds: ({ ours, go }) => 'error' in ours && 'value' in go && reason.test(ours.error.message),
}))

/** Paths alone: reasons are compared as tests of the room, in words. */
function verdict({ valid, omitted, invalid, sizeError }: CheckedFiles): unknown {
  const paths = (faults: CheckedFiles['invalid']) => faults.map(({ path }) => path)
  return { valid, omitted: paths(omitted), invalid: paths(invalid), sizeError: sizeError !== undefined }
}

const zips = (random: Random, count: number) => random.times(count, (): Input => [zipModule, forgedZip(random)])

differential('checkZip lists the files of a zip as Go does', async ({ random, agree }) => {
  const inputs = [...(await publishedZips('check_zip')), ...(await publishedZips('unzip')), ...zips(random, 3000)]
  const ours = (module: ModuleVersion, archive: Uint8Array) => verdict(checkZip(module, bytesAccess(archive)))
  await agree({ op: 'zip.checkZip', inputs, ours, refusal: ZipError, differences: stricter })
})

differential('checkModuleZip takes the zips that Go unpacks', async ({ random, agree }) => {
  const inputs = [...(await publishedZips('check_zip')), ...(await publishedZips('unzip')), ...zips(random, 2000)]
  const ours = passed((module: ModuleVersion, archive: Uint8Array) => checkModuleZip(module, bytesAccess(archive)))
  await agree({ op: 'zip.unzip', inputs, ours, refusal: ZipError, differences: stricter })
})

differential('hashZip hashes any zip as Go does', async ({ random, agree }) => {
  const inputs = zips(random, 2500).map(([, archive]) => [archive] as const)
  const ours = (archive: Uint8Array) => hashZip(bytesAccess(archive))
  await agree({ op: 'dirhash.hashZip', inputs, ours, refusal: [ZipError, RangeError], differences: stricter })
})

/** The zips that golang.org/x/mod tests itself with: a header of `key=value` lines, then the members. */
async function publishedZips(folder: string): Promise<readonly Input[]> {
  const files = await publishedFiles(`zip/testdata/${folder}`)
  // A text here cannot hold a path that is no UTF-8.
  const texts = files.filter(({ name }) => !name.startsWith('invalid_utf8'))
  return texts.map(({ data }): Input => {
    const { comment, files: members } = parse(data)
    const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(comment)?.[1]?.trim() ?? ''
    const packed = members.filter(({ name }) => name !== 'want')
    const archive = forge({ members: packed.map((file) => ({ name: file.name, content: file.data })) })
    return [{ path: value('path'), version: value('version') }, archive]
  })
}
