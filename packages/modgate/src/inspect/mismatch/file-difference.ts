/** Two archives of one module version, file by file. */

export interface ArchivedFile {
  /** Below the module's root: `cmd/main.go`. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** SHA-256, hex. */
  readonly digest: string
  /** SHA-256 of the text with its line ends made `\n`, where it is text. */
  readonly textDigest?: string
}

export interface FileDifference {
  /** Names, sorted. */
  readonly onlyFirst: readonly string[]
  readonly onlySecond: readonly string[]
  readonly changed: readonly ChangedFile[]
  /** How many are the same in both. */
  readonly same: number
}

export interface ChangedFile {
  readonly name: string
  readonly firstSize: number
  readonly secondSize: number
  /** The same text with other line ends: something converted it. */
  readonly lineEndsOnly: boolean
}

export function differenceOf(first: readonly ArchivedFile[], second: readonly ArchivedFile[]): FileDifference {
  const left = new Map(first.map((file) => [file.name, file]))
  const right = new Map(second.map((file) => [file.name, file]))
  const common = first.filter(({ name }) => right.has(name)).map((file) => [file, right.get(file.name)!] as const)
  const changed = common.filter(([a, b]) => a.digest !== b.digest)
  return {
    onlyFirst: first
      .filter(({ name }) => !right.has(name))
      .map(nameOf)
      .sort(),
    onlySecond: second
      .filter(({ name }) => !left.has(name))
      .map(nameOf)
      .sort(),
    changed: changed.map(([a, b]) => ({
      name: a.name,
      firstSize: a.size,
      secondSize: b.size,
      lineEndsOnly: a.textDigest !== undefined && a.textDigest === b.textDigest,
    })),
    same: common.length - changed.length,
  }
}

const nameOf = ({ name }: ArchivedFile) => name

/**
 * Whether two archives hold the same repository under different rules of what belongs into a module zip: no file has another
 * content, and what only one of them has is of the kind that the rules are about (vendored packages, nested modules, a licence from
 * above). golang.org/x/mod/zip; the rules for vendor directories changed with `go 1.24`.
 */
export function isZipRules({ onlyFirst, onlySecond, changed }: FileDifference): boolean {
  const extra = [...onlyFirst, ...onlySecond]
  if (changed.length > 0 || extra.length === 0) return false
  const nested = extra.filter((name) => /\/go\.mod$/.test(name)).map((name) => name.slice(0, -'go.mod'.length))
  return extra.every(
    (name) =>
      /(^|\/)vendor\//.test(name) || name === 'LICENSE' || nested.some((directory) => name.startsWith(directory)),
  )
}
