import { createCipheriv, createHash } from 'node:crypto'
import { readFileSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { compare, prerelease } from '@modgate/gomod/semver'
import { type Archive, parse } from '@modgate/gomod/txtar'
import { isPseudoVersion } from '@modgate/gomod/module'
import { hash1, storedZip, type ZipEntry } from './zip.ts'

/** One module version of the corpus, as an upstream serves it. */
export interface CorpusModule {
  readonly path: string
  readonly version: string
  readonly info: string
  readonly mod: string
  /** No checksum database has a record of it. */
  readonly private: boolean
  /** Branches, tags and commits that stand for this version. */
  readonly queries: readonly string[]
  readonly entries: readonly ZipEntry[]
}

export interface Corpus {
  readonly modules: readonly CorpusModule[]
  find(path: string, version: string): CorpusModule | undefined
  /** What `version` or a branch, tag or commit stands for. */
  query(path: string, query: string): CorpusModule | undefined
  /** Tagged versions, in no useful order, as real upstreams answer; undefined where there is no such module. */
  list(path: string): readonly string[] | undefined
  latest(path: string): CorpusModule | undefined
}

/** Reads `test/corpus/*.txtar`, one module version a file; `more` are further archives of the same form. */
export function loadCorpus(more: readonly string[] = []): Corpus {
  const folder = join(import.meta.dirname, '..', 'corpus')
  const texts = globSync(join(folder, '*.txtar'))
    .sort()
    .map((file) => readFileSync(file, 'utf8'))
  return corpusOf([...texts, ...more].map((text) => corpusModule(parse(text))))
}

/** The zip of a module version. */
export function zipOf(module: CorpusModule): Buffer {
  return storedZip(module.entries)
}

/** The two lines that a checksum database holds of a module version. */
export function recordOf({ path, version, entries, mod }: CorpusModule): string {
  const goMod = hash1([{ name: 'go.mod', data: Buffer.from(mod) }])
  return `${path} ${version} ${hash1(entries)}\n${path} ${version}/go.mod ${goMod}\n`
}

function corpusOf(modules: readonly CorpusModule[]): Corpus {
  const byPath = Map.groupBy(modules, ({ path }) => path)
  const tagged = (path: string) => byPath.get(path)?.filter(({ version }) => !isPseudoVersion(version))
  return {
    modules,
    find: (path, version) => byPath.get(path)?.find((module) => module.version === version),
    query: (path, query) =>
      byPath.get(path)?.find(({ version, queries }) => version === query || queries.includes(query)),
    list: (path) => tagged(path)?.map(({ version }) => version),
    latest: (path) => highest(tagged(path) ?? []) ?? highest(byPath.get(path) ?? []),
  }
}

/** Releases before pre-releases, then the highest: what an upstream answers to @latest. */
function highest(modules: readonly CorpusModule[]): CorpusModule | undefined {
  const releases = modules.filter(({ version }) => prerelease(version) === '')
  return (releases.length > 0 ? releases : [...modules]).toSorted((a, b) => compare(a.version, b.version)).at(-1)
}

/** The comment of a file says what it is: `module PATH VERSION`, `time T`, `query NAME`, `noise FILE BYTES`, `private`. */
function corpusModule({ comment, files }: Archive): CorpusModule {
  const lines = comment.split('\n').map((line) => line.split(' '))
  const all = (key: string) => lines.filter((words) => words[0] === key).map((words) => words.slice(1))
  const [path = '', template = ''] = all('module')[0] ?? []
  const version = template.replace('PLATFORM', platform())
  const noise = all('noise').map(([name = '', size]) => ({ name, data: incompressible(name, Number(size)) }))
  const texts = files.map(({ name, data }) => ({ name, data: Buffer.from(data) }))
  const time = all('time')[0]?.[0]
  return {
    path,
    version,
    // Odd but legal: a client must keep what it does not know, and the spaces.
    info: `${JSON.stringify({ Version: version, Time: time, Origin: { VCS: 'git', URL: `https://${path}` } })}\n`,
    mod: files.find(({ name }) => name === 'go.mod')?.data ?? `module ${path}\n`,
    private: all('private').length > 0,
    queries: all('query').map(([name = '']) => name),
    entries: [...texts, ...noise].map(({ name, data }) => ({ name: `${path}@${version}/${name}`, data })),
  }
}

/** The machine as the go command names it in toolchain versions. */
export function platform(): string {
  const systems: Readonly<Record<string, string>> = { win32: 'windows' }
  const machines: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }
  return `${systems[process.platform] ?? process.platform}-${machines[process.arch] ?? process.arch}`
}

/** The same bytes each time for the same name, and no compressor shortens them. */
function incompressible(name: string, size: number): Buffer {
  const key = createHash('sha256').update(name).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}
