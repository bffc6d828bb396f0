/** What the go command takes from the machine itself: its platform, its directories, the main module around the working directory. */

import { installationOnPath, programOnPath } from '../../config/go-settings.ts'
import { pathsOf, type Machine } from '../../config/machine.ts'

/** What is no setting, found before settings are looked at. */
export interface GoMachine {
  readonly machine: Machine
  /** GOROOT by default: the installation that PATH leads to. */
  readonly installation?: string
  /** GOHOSTOS and GOHOSTARCH, by the tools of the installation, else by this machine. */
  readonly os: string
  readonly arch: string
}

const systems: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }
const processors: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', mipsel: 'mipsle', ppc64: 'ppc64le' }

/** Go's name of a platform of Node's. */
export function goSystem(platform: string): string {
  return systems[platform] ?? platform
}

/** The platform that an installation was built for; this machine's own where its tools do not say. */
export async function goMachine(machine: Machine, root?: string): Promise<GoMachine> {
  const installation = await installationOnPath(machine)
  const os = goSystem(machine.platform)
  const tools = pathsOf(machine).join(root ?? installation ?? '', 'pkg', 'tool')
  const items = (root ?? installation) === undefined ? undefined : await machine.listDirectory(tools)
  const built = (items ?? []).filter(({ name }) => name.startsWith(`${os}_`))
  const arch = built.length === 1 ? built[0]!.name.slice(os.length + 1) : (processors[machine.arch] ?? machine.arch)
  return { machine, os, arch, ...(installation !== undefined && { installation }) }
}

/** The directory of the user's settings (os.UserConfigDir of Go's library); undefined where nothing says it. */
export function configDirectory(machine: Machine): string | undefined {
  return userDirectory(machine, {
    linux: ['XDG_CONFIG_HOME', '.config'],
    darwin: 'Application Support',
    win32: 'AppData',
  })
}

/** The directory of the user's caches (os.UserCacheDir of Go's library); undefined where nothing says it. */
export function cacheDirectory(machine: Machine): string | undefined {
  return userDirectory(machine, { linux: ['XDG_CACHE_HOME', '.cache'], darwin: 'Caches', win32: 'LocalAppData' })
}

interface UserDirectory {
  readonly linux: readonly [variable: string, below: string]
  readonly darwin: string
  readonly win32: string
}

function userDirectory(machine: Machine, { linux, darwin, win32 }: UserDirectory): string | undefined {
  const { join, isAbsolute } = pathsOf(machine)
  const { environment, platform } = machine
  if (platform === 'win32') return given(machine, win32)
  const home = environment['HOME'] || undefined
  if (platform === 'darwin') return home && join(home, 'Library', darwin)
  const [variable, below] = linux
  const chosen = environment[variable] || undefined
  if (chosen !== undefined) return isAbsolute(chosen) ? chosen : undefined
  return home && join(home, below)
}

function given({ environment }: Machine, name: string): string | undefined {
  const found = Object.keys(environment).find((key) => key.toLowerCase() === name.toLowerCase())
  return (found !== undefined && environment[found]) || undefined
}

/** The user's home as the go command sees it: a variable, and never the password file. */
export function goHome(machine: Machine): string | undefined {
  return given(machine, machine.platform === 'win32' ? 'USERPROFILE' : 'HOME')
}

/** The working directory by the name that the shell has for it, which may lead through links. */
export async function goDirectory(machine: Machine): Promise<string> {
  const named = machine.environment['PWD'] ?? ''
  if (!pathsOf(machine).isAbsolute(named) || named === machine.cwd) return machine.cwd
  const [real, here] = await Promise.all([machine.realPath(named), machine.realPath(machine.cwd)])
  return real !== undefined && real === here ? named : machine.cwd
}

/** The file of this name in a directory or next above it; `last` is not left upwards. */
export async function fileAbove(machine: Machine, name: string, last?: string): Promise<string | undefined> {
  const { join, dirname } = pathsOf(machine)
  for (let at = await goDirectory(machine); ; at = dirname(at)) {
    const file = join(at, name)
    // A directory of that name cannot be read, and does not count.
    if ((await machine.readFile(file).catch(() => undefined)) !== undefined) return file
    if (dirname(at) === at || dirname(at) === last) return undefined
  }
}

/** Whether a file is the system's directory for temporary files, where go.mod is ignored. */
export function isTemporaryRoot({ environment, platform }: Machine, directory: string): boolean {
  return platform !== 'win32' && directory === (environment['TMPDIR'] || '/tmp').replace(/(?<=.)\/+$/, '')
}

/** Where a program of this name is, as a shell finds it; a name with a slash is where it says. */
export async function programPath(machine: Machine, name: string): Promise<string | undefined> {
  if (name.includes('/')) return (await machine.realPath(name)) && name
  return (await programOnPath(machine, name))?.path
}
