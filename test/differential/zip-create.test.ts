import { hash1, hashModuleZip } from '@modgate/gomod/dirhash'
import { parse } from '@modgate/gomod/txtar'
import { bytesAccess, checkFiles, create, type ModuleFile, ZipError } from '@modgate/gomod/zip'
import type { ModuleVersion } from '@modgate/gomod/module'
import { differential } from './compare.ts'
import { publishedFiles } from './published.ts'
import type { Random } from './random.ts'
import { zipModule } from './zip-texts.ts'

/** A file as the oracle takes it. */
interface GivenFile {
  readonly path: string
  readonly kind: ModuleFile['kind']
  readonly content: Uint8Array
  readonly size: number
}

const pieces = ['a', 'b', 'vendor', 'vendors', 'modules.txt', 'go.mod', 'GO.MOD', 'x.go', 'A', 'é', 'pkg', '..', '.', '', 'LICENSE', 'c.', 'aux', '日本', '.hg_archival.txt', 'ſ', 's', 'a:b'] // prettier-ignore
const known = ['vendor/modules.txt', 'vendor/a/b.go', 'a/vendor/b.go', 'ab/vendor/b.go', 'go.mod', 'é/vendor/x', 'a/go.mod'] // prettier-ignore
const goMods = ['', 'module m\n', 'go 1.24\n', 'module m\ngo 1.23\n', 'module m\ngo 1.24rc1\n', 'module m\n\ngo 1.24.1rc1\n', 'go 1.25.3\nfoo bar\n', 'go 1.24 // x\n', 'go v1.24.x\n', 'go 1.24.x\n', 'go (\n1.24\n)\n', 'go 1.30beta1\n', 'go "1.24"\n', 'toolchain go1.99\ngo 1.9\n', 'go 1.24\ngo 1.24\n', 'require (((\ngo 1.24\n', 'go 1.24\nrequire a b\n', '//go 1.24\n', 'go 1.100\n', 'go 2\n'] // prettier-ignore

function givenFile(path: string, text: string, kind: ModuleFile['kind'] = 'file'): GivenFile {
  const content = Buffer.from(text)
  return { path, kind, content, size: content.length }
}

function sourceFiles(random: Random): GivenFile[] {
  const files = random.some(8, () => {
    const path = random.once(3) ? random.pick(known) : random.join(pieces, 4, '/')
    const kind = random.once(12) ? random.pick(['directory', 'symlink', 'irregular'] as const) : 'file'
    const file = givenFile(
      path,
      path === 'go.mod' ? random.pick(goMods) : random.pick(['', 'x', 'y'.repeat(4000)]),
      kind,
    )
    return random.once(60) ? { ...file, size: random.pick([0, file.size + 1, 17 << 20, 501 << 20]) } : file
  })
  return random.once(2) ? [...files, givenFile('go.mod', random.pick(goMods))] : files
}

function moduleFiles(files: readonly GivenFile[]): ModuleFile[] {
  return files.map(({ path, kind, content, size }) => ({ path, kind, size, open: () => [content] }))
}

/** What golang.org/x/mod tests itself with. */
async function published(folder: string): Promise<readonly (readonly [ModuleVersion, GivenFile[]])[]> {
  const files = await publishedFiles(`zip/testdata/${folder}`)
  // A text here cannot hold a path that is no UTF-8.
  return files
    .filter(({ name }) => !name.startsWith('invalid_utf8'))
    .map(({ data }) => {
      const { comment, files: members } = parse(data)
      const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(comment)?.[1]?.trim() ?? ''
      const sources = members.filter(({ name }) => name !== 'want').map((file) => givenFile(file.name, file.data))
      return [{ path: value('path'), version: value('version') }, sources]
    })
}

differential('checkFiles chooses the files of a module as Go does', async ({ random, agree }) => {
  const inputs = [
    ...(await published('check_files')).map(([, files]) => [files] as const),
    ...random.times(4000, () => [sourceFiles(random)] as const),
  ]
  await agree({
    op: 'zip.checkFiles',
    inputs,
    ours: async (files) => {
      const { valid, omitted, invalid, sizeError } = await checkFiles(moduleFiles(files))
      const paths = (faults: typeof invalid) => faults.map(({ path }) => path)
      return { valid, omitted: paths(omitted), invalid: paths(invalid), sizeError: sizeError !== undefined }
    },
  })
})

differential('create makes the zip whose h1 Go computes', async ({ random, agree }) => {
  const inputs = [
    ...(await published('create')),
    ...random.times(1500, () => [zipModule, sourceFiles(random)] as const),
  ]
  await agree({
    op: 'zip.create',
    inputs,
    ours: async (module, files) => {
      const parts: Uint8Array[] = []
      await create({ write: (bytes) => void parts.push(bytes) }, module, moduleFiles(files))
      return hashModuleZip(module, bytesAccess(Buffer.concat(parts)))
    },
    refusal: ZipError,
  })
})

differential('hash1 hashes files as Go does', async ({ random, agree }) => {
  const letters = ['a', 'b', '/', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}', '\n', ' ']
  const names = () => [...new Set(random.some(6, () => random.join(letters, 4)))]
  const inputs = random.times(3000, () => {
    const contents = names().map((name) => [name, Buffer.from(random.pick(['', 'x', 'long'.repeat(50)]))] as const)
    return [Object.fromEntries(contents)] as const
  })
  await agree({
    op: 'dirhash.hash1',
    inputs,
    ours: (contents) => hash1(Object.entries(contents).map(([name, content]) => ({ name, content }))),
    refusal: RangeError,
  })
})
