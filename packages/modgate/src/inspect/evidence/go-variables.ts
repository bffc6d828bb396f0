/**
 * The variables that `go env` prints, each with its value where nobody sets it. What is set by whom is go-environment.ts's matter;
 * here stands what the go command makes of the machine, and of its other variables.
 */

import { pathsOf } from '../../config/machine.ts'
import { joinQuoted, splitQuoted } from './go-quoted.ts'
import {
  cacheDirectory,
  configDirectory,
  fileAbove,
  goHome,
  isTemporaryRoot,
  programPath,
  type GoMachine,
} from './go-platform.ts'

/** A value and where it comes from, in words that follow a name. */
export interface Derived {
  readonly value: string
  readonly place: string
}

/** What a default may ask for. */
export interface Known extends GoMachine {
  /** GOVERSION of the installation; empty where there is none. */
  readonly version: string
  /** The path of the file of `go env -w`; empty where there is none. */
  readonly goenvPath: string
  /** The value of another variable. No circles. */
  readonly valueOf: (name: string) => Promise<string>
}

export interface GoVariableRule {
  /** `setting`: environment, file of `go env -w`, go.env. `environment`: never in a file. `computed`: cannot be set at all. */
  readonly kind: 'setting' | 'environment' | 'computed'
  /** What it is where it is not set, or `computed`. A text is built into go. */
  readonly otherwise: string | ((known: Known) => Promise<Derived> | Derived)
  /** What the go command makes of a value that is set, or of its default. */
  readonly read?: (value: string, known: Known) => Promise<string> | string
}

/**
 * Printed by `go env`, and not here: its value is what the C compiler answers when it is asked for the flags that it knows, and the
 * name of a temporary directory.
 */
export const onlyGoKnows: readonly string[] = ['GOGCCFLAGS']

/** The variable of a processor that says which of its variants code is made for, and its default in Go's own releases. */
const processorVariables: Readonly<Record<string, readonly [name: string, value: string]>> = {
  '386': ['GO386', 'sse2'],
  amd64: ['GOAMD64', 'v1'],
  arm: ['GOARM', '7'],
  arm64: ['GOARM64', 'v8.0'],
  mips: ['GOMIPS', 'hardfloat'],
  mipsle: ['GOMIPS', 'hardfloat'],
  mips64: ['GOMIPS64', 'hardfloat'],
  mips64le: ['GOMIPS64', 'hardfloat'],
  ppc64: ['GOPPC64', 'power8'],
  ppc64le: ['GOPPC64', 'power8'],
  riscv64: ['GORISCV64', 'rva20u64'],
  wasm: ['GOWASM', ''],
}

/** The variable of its own that a processor has, if any, as `GOAMD64`. */
export function processorVariable(arch: string): readonly [name: string, rule: GoVariableRule] | undefined {
  const own = processorVariables[arch]
  return own && [own[0], setting(own[1])]
}

const clangSystems: ReadonlySet<string> = new Set(['darwin', 'ios', 'freebsd', 'openbsd'])
const withoutCgo: ReadonlySet<string> = new Set(['js', 'plan9', 'wasip1'])

const setting = (otherwise: GoVariableRule['otherwise'] = '', read?: GoVariableRule['read']): GoVariableRule => ({
  kind: 'setting',
  otherwise,
  ...(read && { read }),
})
const computed = (otherwise: Exclude<GoVariableRule['otherwise'], string>): GoVariableRule => ({
  kind: 'computed',
  otherwise,
})
const flags = (otherwise: string): GoVariableRule => setting(otherwise, (value) => joinQuoted(splitQuoted(value) ?? []))
const derived = (value: string | undefined, place: string): Derived => ({ value: value ?? '', place })
const byMachine = (value: string) => derived(value, 'by this machine')

const compiler = (gnu: string, clang: string) =>
  setting(async ({ valueOf }) =>
    derived(clangSystems.has(await valueOf('GOOS')) ? clang : gnu, "by default, for GOOS's platform"),
  )

/** By name, in the order of `go env`. The variable of the processor is not among them. */
export const goVariableRules: ReadonlyMap<string, GoVariableRule> = new Map([
  ['AR', setting('ar')],
  ['CC', compiler('gcc', 'clang')],
  ['CGO_CFLAGS', flags('-O2 -g')],
  ['CGO_CPPFLAGS', flags('')],
  ['CGO_CXXFLAGS', flags('-O2 -g')],
  [
    'CGO_ENABLED',
    setting(cgoByDefault, async (value, known) => (/^[01]$/.test(value) ? value : (await cgoByDefault(known)).value)),
  ],
  ['CGO_FFLAGS', flags('-O2 -g')],
  ['CGO_LDFLAGS', flags('-O2 -g')],
  ['CXX', compiler('g++', 'clang++')],
  ['GCCGO', setting('gccgo', async (value, { machine }) => (await programPath(machine, value)) ?? value)],
  ['GO111MODULE', setting()],
  ['GOARCH', setting(({ arch }) => byMachine(arch))],
  ['GOAUTH', setting('netrc')],
  ['GOBIN', setting()],
  ['GOCACHE', setting(buildCache, (value, { machine }) => (pathsOf(machine).isAbsolute(value) ? value : 'off'))],
  ['GOCACHEPROG', setting()],
  ['GODEBUG', { kind: 'environment', otherwise: '' }],
  ['GOENV', { kind: 'environment', otherwise: goenv, read: (_, { goenvPath }) => goenvPath }],
  ['GOEXE', computed(async ({ valueOf }) => derived((await valueOf('GOOS')) === 'windows' ? '.exe' : '', 'by GOOS'))],
  ['GOEXPERIMENT', setting()],
  ['GOFIPS140', setting('off')],
  ['GOFLAGS', setting()],
  ['GOHOSTARCH', computed(({ arch }) => byMachine(arch))],
  ['GOHOSTOS', computed(({ os }) => byMachine(os))],
  ['GOINSECURE', setting()],
  ['GOMOD', computed(mainModule)],
  ['GOMODCACHE', setting(moduleCache)],
  ['GONOPROXY', setting()],
  ['GONOSUMDB', setting()],
  ['GOOS', setting(({ os }) => byMachine(os))],
  ['GOPATH', setting(workspaces)],
  ['GOPRIVATE', setting()],
  ['GOPROXY', setting()],
  ['GOROOT', setting(({ installation }) => derived(installation, 'by the go program that PATH leads to'))],
  ['GOSUMDB', setting()],
  ['GOTELEMETRY', computed(telemetry)],
  ['GOTELEMETRYDIR', computed(({ machine }) => derived(telemetryDirectory({ machine }), "in the user's settings"))],
  ['GOTMPDIR', setting()],
  ['GOTOOLCHAIN', setting()],
  ['GOTOOLDIR', computed(toolDirectory)],
  ['GOVCS', setting()],
  ['GOVERSION', computed(({ version }) => derived(version, 'by the Go installation'))],
  [
    'GOWORK',
    setting(workspaceFile, async (value, known) => (value === 'auto' ? (await workspaceFile(known)).value : value)),
  ],
  ['PKG_CONFIG', setting('pkg-config')],
])

async function cgoByDefault({ machine, os, arch, valueOf }: Known): Promise<Derived> {
  if ((await valueOf('GOOS')) !== os || (await valueOf('GOARCH')) !== arch)
    return derived('0', 'since it is another platform')
  if (withoutCgo.has(os)) return derived('0', 'on this platform')
  const chosen = machine.environment['CC'] ?? ''
  const standard = clangSystems.has(os) ? 'clang' : 'gcc'
  if (chosen !== '' || (await programPath(machine, standard)) !== undefined) return derived('1', 'by default')
  return derived('0', `since there is no ${standard}`)
}

function buildCache({ machine }: Known): Derived {
  const directory = cacheDirectory(machine)
  if (directory === undefined) return derived('off', 'since nothing says where caches are')
  return derived(pathsOf(machine).join(directory, 'go-build'), "in the user's caches")
}

function goenv({ goenvPath }: Known): Derived {
  return derived(goenvPath, "in the user's settings")
}

async function mainModule({ machine, os, valueOf }: Known): Promise<Derived> {
  const mode = await valueOf('GO111MODULE')
  if (mode === 'off') return derived('', 'because of GO111MODULE=off')
  const file = await fileAbove(machine, 'go.mod')
  if (file !== undefined && !isTemporaryRoot(machine, pathsOf(machine).dirname(file)))
    return derived(file, 'by the working directory')
  const none = os === 'windows' ? 'NUL' : '/dev/null'
  return derived(mode === 'auto' ? '' : none, 'since no go.mod is above the working directory')
}

async function moduleCache({ machine, valueOf }: Known): Promise<Derived> {
  const { delimiter, join } = pathsOf(machine)
  const [first = ''] = (await valueOf('GOPATH')).split(delimiter)
  return derived(first === '' ? '' : join(first, 'pkg', 'mod'), 'below GOPATH')
}

function workspaces({ machine, installation }: Known): Derived {
  const { join, normalize, isAbsolute } = pathsOf(machine)
  const home = goHome(machine)
  if (home === undefined || !isAbsolute(home)) return derived('', 'since there is no home directory')
  const path = join(home, 'go')
  return derived(
    installation !== undefined && normalize(installation) === path && machine.environment['GOROOT'] ? '' : path,
    'in the home directory',
  )
}

function telemetryDirectory({ machine }: Pick<Known, 'machine'>): string | undefined {
  const directory = configDirectory(machine)
  return directory && pathsOf(machine).join(directory, 'go', 'telemetry')
}

async function telemetry({ machine }: Known): Promise<Derived> {
  const directory = telemetryDirectory({ machine })
  if (directory === undefined) return derived('off', 'since there is no home directory')
  const file = pathsOf(machine).join(directory, 'mode')
  const text = await machine.readFile(file).catch(() => undefined)
  return text === undefined ? derived('local', 'by default') : derived(text.trim().split(' ')[0], `in ${file}`)
}

async function toolDirectory({ machine, os, arch, valueOf }: Known): Promise<Derived> {
  const root = await valueOf('GOROOT')
  return derived(root === '' ? '' : pathsOf(machine).join(root, 'pkg', 'tool', `${os}_${arch}`), 'below GOROOT')
}

async function workspaceFile({ machine, valueOf }: Known): Promise<Derived> {
  return derived(await fileAbove(machine, 'go.work', await valueOf('GOROOT')), 'by the working directory')
}
