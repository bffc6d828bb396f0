import { proxiedProject, type ProxiedProject } from './module-proxy.ts'

type Random = () => number

/** The lines of go.mod that change what `all` and a vendor directory are. */
const goLines = [
  '',
  'go 1.13\n',
  'go 1.15\n',
  'go 1.16\n',
  'go 1.17\n',
  'go 1.20\n',
  'go 1.21.0\n',
  'go 1.22.0\n',
  'go 1.24.0\n',
]
const directories = ['', 'a', 'a/b', 'a/b/c', 'internal/x', 'd/testdata/e', '_f', 'cmd/tool']

/** Draws a project with packages, and the modules that it may need. The same numbers give the same project. */
export function packageGraph(random: Random, id: string): ProxiedProject {
  return proxiedProject(new Drawing(random, id).archive())
}

class Drawing {
  readonly #random: Random
  readonly #main: string
  readonly #modules: readonly { readonly path: string; readonly version: string }[]
  /** Import paths that a module may have. */
  readonly #packages: readonly string[]
  /** Where a module has packages, by its path. */
  readonly #directories = new Map<string, readonly string[]>()
  readonly #files: [name: string, data: string][] = []

  constructor(random: Random, id: string) {
    this.#random = random
    this.#main = this.#chance(0.2) ? `local${id}` : `main.${id}.example`
    const paths = ['p', 'q', 'r', 's'].map((name) => `${name}.${id}.example/lib`).slice(0, 2 + this.#below(3))
    const nested = paths.filter(() => this.#chance(0.3)).map((path) => `${path}/a`)
    this.#modules = [...paths, ...nested].flatMap((path) =>
      ['v1.0.0', 'v1.1.0']
        .filter((version) => version === 'v1.0.0' || this.#chance(0.3))
        .map((version) => ({ path, version })),
    )
    for (const path of [...paths, ...nested, this.#main]) {
      const own = directories.filter((name) => name === '' || this.#chance(0.5))
      // A package of an outer module in the place of a nested one is ambiguous: now and then it may be.
      const isNested = nested.includes(`${path}/a`) && this.#chance(0.9)
      this.#directories.set(path, isNested ? own.filter((name) => !name.startsWith('a')) : own)
    }
    const importable = [...this.#directories].filter(([path]) => path !== this.#main)
    this.#packages = importable.flatMap(([path, own]) =>
      own.filter((name) => !name.startsWith('_')).map((name) => joined(path, name)),
    )
  }

  archive(): string {
    for (const { path, version } of this.#modules) this.#module(`modules/${path}@${version}/`, path)
    this.#module('', this.#main)
    if (this.#chance(0.3)) this.#replacement()
    return this.#files
      .map(([name, data]) => `-- ${name} --\n${data.endsWith('\n') || data === '' ? data : `${data}\n`}`)
      .join('')
  }

  #module(root: string, path: string): void {
    const isMain = root === ''
    const required = this.#modules.filter((module) => module.path !== path && this.#chance(isMain ? 0.8 : 0.4))
    const highest = new Map(required.map((module) => [module.path, module.version]))
    const lines = [...highest].map(([name, version]) => `require ${name} ${version}\n`)
    this.#files.push([`${root}go.mod`, `module ${path}\n\n${this.#one(goLines)}\n${lines.join('')}`])
    if (this.#chance(0.7)) this.#files.push([`${root}LICENSE`, `of ${path}\n`])
    for (const directory of this.#directories.get(path) ?? [])
      this.#package(`${root}${directory === '' ? '' : `${directory}/`}`, isMain)
  }

  #package(place: string, isMain: boolean): void {
    const add = (part: number, name: string, data: () => string) => {
      if (this.#chance(part)) this.#files.push([`${place}${name}`, data()])
    }
    add(0.98, 'x.go', () => this.#source('', isMain ? 3 : 1))
    add(0.3, 'x_windows_arm64.go', () => this.#source('', 1))
    add(0.2, 'tagged.go', () =>
      this.#source(this.#one(['//go:build a && !a\n\n', '// +build b\n\n', '//go:build ignore\n\n']), 1),
    )
    add(0.2, 'ignored.go', () => '// +build ignore\n\npackage x\n\nimport _ "nobody.example/x"\n')
    add(0.3, 'x_test.go', () => this.#source('', 1))
    add(
      0.2,
      'embedding.go',
      () =>
        `package x\n\nimport _ "embed"\n\n//go:embed ${this.#one(['data', 'all:data', 'data/*.txt', 'data/.h'])}\nvar x string\n`,
    )
    add(0.1, 'embedding_test.go', () => 'package x\n\nimport _ "embed"\n\n//go:embed data/t.txt\nvar y string\n')
    for (const name of ['data/a.txt', 'data/.h', 'data/t.txt', 'data/sub/b', 'data/_c/d.go'])
      add(0.95, name, () => `${name}\n`)
    for (const name of ['x.s', 'x.c', 'README', 'NOTICE', 'PATENTS.md', '.dot', 'licence.txt'])
      add(0.2, name, () => `${name}\n`)
  }

  #source(constraint: string, most: number): string {
    const imports = Array.from({ length: this.#below(most + 1) }, () => this.#imported())
    return `${constraint}package x\n\n${imports.map((path) => `import _ "${path}"\n`).join('')}`
  }

  #imported(): string {
    if (this.#chance(0.2)) return this.#one(['fmt', 'C', 'net/http', 'golang/x', 'appengine/x'])
    return this.#chance(0.1)
      ? joined(this.#main, this.#one(this.#directories.get(this.#main) ?? []))
      : this.#one(this.#packages)
  }

  /** A directory in the place of a module, without other modules in it. */
  #replacement(): void {
    const { path, version } = this.#one(this.#modules)
    const line = `replace ${path}${this.#chance(0.5) ? ` ${version}` : ''} => ./replaced\n`
    const goMod = this.#files.findIndex(([name]) => name === 'go.mod')
    this.#files[goMod] = ['go.mod', this.#files[goMod]![1] + line]
    this.#module('replaced/', path)
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end)
  }

  #chance(part: number): boolean {
    return this.#random() < part
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!
  }
}

function joined(path: string, directory: string): string {
  return directory === '' ? path : `${path}/${directory}`
}
