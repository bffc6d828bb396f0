/** The modules that synthetic rows ask for: made once, the same on every machine, in the file layout of a GOPROXY. */
import { createHash } from 'node:crypto'
import { open, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hashGoMod, hashZip } from '@modgate/gomod/dirhash'
import { bytesAccess, create, type ModuleFile } from '@modgate/gomod/zip'

export interface CorpusModule {
  readonly path: string
  readonly version: string
}

export const version = 'v1.0.0'

const numbered = (kind: string, count: number): readonly CorpusModule[] =>
  Array.from({ length: count }, (_, i) => ({ path: `${kind}.example/m${String(i).padStart(3, '0')}`, version }))

/** Asked for info and mod. */
export const small = numbered('small', 300)
/** Zips of about 200 KB; together 12.8 MB, so that they fit into every cache. */
export const medium = numbered('medium', 64)
/** A zip of about 36 MB, the size of a large real one. */
export const big: CorpusModule = { path: 'big.example/sdk', version }
/** A zip of about 100 MB. */
export const huge: CorpusModule = { path: 'huge.example/sdk', version }

/** Path of one file of a module, as a URL path and below the corpus. All paths here are lower case: nothing is to be escaped. */
export function filePath({ path, version: v }: CorpusModule, kind: 'info' | 'mod' | 'zip' | 'ziphash'): string {
  return `/${path}/@v/${v}.${kind}`
}

const plan: readonly (readonly [modules: readonly CorpusModule[], files: number, bytesPerFile: number])[] = [
  [small, 1, 600],
  [medium, 4, 50_000],
  [[big], 64, 562_500],
  [[huge], 16, 6_250_000],
]

/** Makes the corpus below `directory` where it is not there yet. Resolves to `directory`. */
export async function corpus(directory: string): Promise<string> {
  const done = join(directory, 'complete')
  const already = await readFile(done, 'utf8').catch(() => '')
  if (already === JSON.stringify(plan)) return directory
  for (const [modules, files, bytesPerFile] of plan) {
    for (const module of modules) await writeModule(directory, module, contents(module, files, bytesPerFile))
  }
  await writeFile(done, JSON.stringify(plan))
  return directory
}

async function writeModule(directory: string, module: CorpusModule, files: readonly ModuleFile[]): Promise<void> {
  const at = (kind: Parameters<typeof filePath>[1]) => join(directory, filePath(module, kind))
  await mkdir(dirname(at('zip')), { recursive: true })
  const zip = await open(at('zip'), 'w')
  await create(
    {
      write: async (bytes) => {
        await zip.write(bytes)
      },
    },
    module,
    files,
  )
  await zip.close()
  await writeFile(at('mod'), goMod(module))
  await writeFile(at('info'), `{"Version":"${module.version}","Time":"2024-05-01T12:00:00Z"}`)
  await writeFile(at('ziphash'), hashZip(bytesAccess(await readFile(at('zip')))))
  await writeFile(join(dirname(at('zip')), 'list'), `${module.version}\n`)
}

const goMod = ({ path }: CorpusModule) => `module ${path}\n\ngo 1.21\n`

function contents(module: CorpusModule, files: number, bytes: number): readonly ModuleFile[] {
  const noise = Array.from({ length: files }, (_, i) =>
    file(`data/${i}.bin`, incompressible(`${module.path}#${i}`, bytes)),
  )
  return [file('go.mod', Buffer.from(goMod(module))), ...noise]
}

function file(path: string, content: Uint8Array): ModuleFile {
  return { path, kind: 'file', size: content.length, open: () => [content] }
}

/** Noise that is the same for the same seed, since zips of real modules hardly shrink any further either. */
function incompressible(seed: string, bytes: number): Uint8Array {
  return createHash('shake256', { outputLength: bytes }).update(seed).digest()
}

/** The go.sum lines of a module of the corpus; undefined for one that it does not have. */
export async function goSumLines(directory: string, module: CorpusModule): Promise<string | undefined> {
  const read = (kind: 'mod' | 'ziphash') => readFile(join(directory, filePath(module, kind)), 'utf8')
  const found = await Promise.all([read('mod'), read('ziphash')]).catch(() => undefined)
  if (found === undefined) return undefined
  const [mod, hash] = found
  const id = `${module.path} ${module.version}`
  return `${id} ${hash}\n${id}/go.mod ${hashGoMod(mod)}\n`
}
