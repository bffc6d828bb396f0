import { isTag, type Tags } from './expression.ts'

/** What a build is for. */
export interface Platform {
  readonly goos: string
  readonly goarch: string
  readonly cgo: boolean
  /** The minor version of the Go release: 22 sets `go1.1` to `go1.22`. */
  readonly release: number
  /** Those of `-tags`, and others that are set. */
  readonly tags?: readonly string[]
  /** `gc` unless given. */
  readonly compiler?: string
}

/** Every tag may be set or not, but `ignore`, which nobody sets: whether any build could take a file. */
export const anyTags: Tags = (tag, wanted) => isTag(tag) && tag !== 'ignore' && wanted

/** The tags of one build. */
export function buildTags({ goos, goarch, cgo, release, tags = [], compiler = 'gc' }: Platform): Tags {
  const releases = Array.from({ length: release }, (_, i) => `go1.${i + 1}`)
  const set = new Set([goos, goarch, compiler, ...tags, ...releases])
  if (cgo) set.add('cgo')
  const older = olderNames.get(goos)
  if (older !== undefined) set.add(older)
  if (unixSystems.has(goos)) set.add('unix')
  return (tag) => isTag(tag) && set.has(tag)
}

/**
 * Whether the name of a file lets it into a build: `_linux`, `_amd64` or `_linux_amd64` at its end, before `_test`, are constraints,
 * but not at its beginning, where they are just its name.
 */
export function matchFile(name: string, tags: Tags): boolean {
  const stem = name.split('.', 1)[0] ?? ''
  const words = stem.split('_').slice(1)
  if (words.at(-1) === 'test') words.pop()
  const [system = '', last = ''] = words.length > 1 ? words.slice(-2) : ['', ...words]
  if (architectures.has(last)) return tags(last, true) && (!systems.has(system) || tags(system, true))
  return !systems.has(last) || tags(last, true)
}

/** Systems that also take what is for an older one. */
const olderNames: ReadonlyMap<string, string> = new Map([
  ['android', 'linux'],
  ['illumos', 'solaris'],
  ['ios', 'darwin'],
])

/** Those that the tag `unix` stands for. */
const unixSystems: ReadonlySet<string> = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris'.split(' '),
)

/** Every GOOS that there is, was or was planned: names of files may have them. */
const systems: ReadonlySet<string> = new Set([...unixSystems, 'js', 'nacl', 'plan9', 'wasip1', 'windows', 'zos'])

const architectures: ReadonlySet<string> = new Set([
  ...['386', 'amd64', 'amd64p32', 'arm', 'armbe', 'arm64', 'arm64be', 'loong64'],
  ...['mips', 'mipsle', 'mips64', 'mips64le', 'mips64p32', 'mips64p32le', 'ppc', 'ppc64', 'ppc64le'],
  ...['riscv', 'riscv64', 's390', 's390x', 'sparc', 'sparc64', 'wasm'],
])
