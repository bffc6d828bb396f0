import { hashGoMod } from '@modgate/gomod/dirhash'
import { escapePath } from '@modgate/gomod/module'

/** A project with a graph of its own, drawn by lot, and the module versions that a proxy has for it. */
export interface GraphCase {
  readonly isWorkspace: boolean
  /** Files of the project by their slash-separated names. */
  readonly files: Readonly<Record<string, string>>
  /** Files of a proxy in GOPROXY layout. */
  readonly proxied: Readonly<Record<string, string>>
  /** Where commands run, below the project. */
  readonly directory: string
}

type Random = () => number

interface Versioned {
  readonly path: string
  readonly version: string
}

/** Old ones have no pruning, new ones are nodes of the graph themselves. */
const goLines = ['', '1.13', '1.16', '1.17', '1.18', '1.20', '1.21', '1.21.0', '1.22.3', '1.23', '1.24.0']
const untagged = 'v1.2.1-0.20210305100000-abcdefabcdef'
const versions = ['v1.0.0', 'v1.1.0', 'v1.2.0-rc.1', 'v1.2.0', untagged, 'v1.3.0']

/** Draws a case; the same numbers give the same case. `id` keeps its paths apart from those of others. */
export function graphCase(random: Random, id: string): GraphCase {
  return new Drawing(random, id).drawn()
}

class Drawing {
  readonly #random: Random
  readonly #id: string
  readonly #known: readonly Versioned[]
  readonly #proxied = new Map<string, string>()
  readonly #sums: string[] = []
  readonly #files: Record<string, string> = {}

  constructor(random: Random, id: string) {
    this.#random = random
    this.#id = id
    const count = 2 + this.#below(8)
    const paths = Array.from(
      { length: count },
      (_, i) => `${'abcdefghij'[i]}.${id}.example/lib${i % 4 === 3 ? '/v2' : ''}`,
    )
    // A main module may be published, too, and required by what it requires.
    const mains = ['main', 'one', 'two'].filter(() => this.#chance(0.15)).map((name) => `${name}.${id}.example`)
    this.#known = [...paths, ...mains].flatMap((path) =>
      versions
        .filter(() => this.#chance(0.6))
        .map((version) => ({ path, version: path.endsWith('/v2') ? version.replace('v1', 'v2') : version })),
    )
  }

  drawn(): GraphCase {
    for (const module of this.#known) this.#publish(module)
    for (const path of new Set(this.#known.map((module) => module.path))) this.#list(path)
    const isWorkspace = this.#chance(0.25)
    if (isWorkspace) this.#workspace()
    else this.#main('', `main.${this.#id}.example`)
    const directory = isWorkspace && this.#chance(0.5) ? 'one' : '.'
    return { isWorkspace, directory, files: this.#files, proxied: Object.fromEntries(this.#proxied) }
  }

  #workspace(): void {
    const names = ['one', 'two', 'three'].slice(0, 1 + this.#below(3))
    for (const name of names) this.#main(`${name}/`, `${name}.${this.#id}.example`)
    const replace = this.#chance(0.3) ? this.#replaceLine('') : ''
    const toolchain = this.#chance(0.2) ? 'toolchain go1.25.3\n' : ''
    this.#files['go.work'] =
      `go 1.25.0\n${toolchain}\nuse (\n${names.map((name) => `\t./${name}\n`).join('')})\n${replace}`
    this.#files['go.work.sum'] = this.#sums.join('')
  }

  /** A main module in a directory of the project. */
  #main(directory: string, path: string): void {
    const own = { path, version: 'v1.0.0' }
    const lines = [`module ${path}\n`, this.#goLine(), this.#chance(0.15) ? 'toolchain go1.25.3\n' : '']
    lines.push(this.#requirements(own, 0.35, true))
    if (this.#chance(0.3)) lines.push(this.#replaceLine(directory))
    if (this.#chance(0.3) && this.#known.length > 0) {
      const { path: excluded, version } = this.#one(this.#known)
      lines.push(`exclude ${excluded} ${version}\n`)
    }
    if (this.#chance(0.1)) lines.push('retract v0.9.0 // oops\n')
    if (this.#chance(0.1)) lines.push(`tool a.${this.#id}.example/lib/cmd\n`, 'ignore ./testdata\n')
    this.#files[`${directory}go.mod`] = lines.join('')
    this.#files[`${directory}go.sum`] = this.#sums.join('')
  }

  #publish(module: Versioned): void {
    const { path, version } = module
    // Now and then somebody has not published what others require.
    if (this.#chance(0.004)) return
    const declared = this.#chance(0.003) ? `other.${this.#id}.example` : path
    const mod = [
      this.#chance(0.1) ? '// Deprecated: use <another> one.\n' : '',
      `module ${declared}\n${this.#goLine()}${this.#requirements(module, 0.12, false)}`,
      this.#chance(0.15) ? `retract ${version} // wrong & gone\n` : '',
      this.#chance(0.05) ? 'retract [v1.0.0, v1.1.0]\n' : '',
    ].join('')
    const base = `${escapePath(path)}/@v/${version}`
    this.#proxied.set(`${base}.mod`, mod)
    this.#proxied.set(
      `${base}.info`,
      `{"Version":"${version}","Time":"2021-03-0${1 + this.#below(9)}T10:00:00.120Z"}\n`,
    )
    this.#sums.push(`${path} ${version}/go.mod ${hashGoMod(mod)}\n`)
  }

  /** What a proxy says of the versions of a path; now and then it does not know the path. */
  #list(path: string): void {
    if (this.#chance(0.1)) return
    const tagged = this.#known.filter((module) => module.path === path && !module.version.includes('-0.2021'))
    const legacy = path.endsWith('/v2') || this.#chance(0.7) ? [] : ['v2.0.0+incompatible']
    for (const version of legacy) {
      this.#proxied.set(`${escapePath(path)}/@v/${version}.mod`, `module ${path}\n`)
      this.#proxied.set(`${escapePath(path)}/@v/${version}.info`, `{"Version":"${version}"}\n`)
    }
    const versions = [...tagged.map(({ version }) => version), ...legacy]
    this.#proxied.set(`${escapePath(path)}/@v/list`, versions.map((version) => `${version}\n`).join(''))
  }

  #goLine(): string {
    const version = this.#one(goLines)
    return version === '' ? '' : `go ${version}\n`
  }

  #requirements(of: Versioned, density: number, isMain: boolean): string {
    const chosen = this.#known.filter(({ path }) => path !== of.path && this.#chance(density))
    const highest = new Map(chosen.map(({ path, version }) => [path, version]))
    // Two versions of one path are rare, and allowed.
    const twice = isMain && this.#chance(0.05) ? chosen : [...highest].map(([path, version]) => ({ path, version }))
    return twice
      .map(({ path, version }) => `require ${path} ${version}${this.#chance(0.4) ? ' // indirect' : ''}\n`)
      .join('')
  }

  /** By another version, another module, or a directory; one version or all. */
  #replaceLine(directory: string): string {
    if (this.#known.length === 0) return ''
    const old = this.#one(this.#known)
    const name = this.#chance(0.5) ? `${old.path} ${old.version}` : old.path
    if (this.#chance(0.5)) {
      const next = this.#one(this.#known)
      return `replace ${name} => ${next.path} ${next.version}\n`
    }
    const local = `local${this.#below(2)}`
    const path = this.#chance(0.7) ? old.path : `renamed.${this.#id}.example`
    this.#files[`${directory}${local}/go.mod`] =
      `module ${path}\n${this.#goLine()}${this.#requirements(old, 0.15, false)}`
    return `replace ${name} => ./${local}\n`
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
