/**
 * What the user's Go would use, without running go: a variable from the environment, else from the file that `go env -w`
 * writes, else from the defaults file of the Go installation. An empty variable counts as not set, and an empty line hides
 * what stands further down, as in the go command.
 */

import { goenvFilePath, parseGoEnvFile } from '@modgate/gomod/goenv'
import { pathsOf, type Machine } from './machine.ts'

/** A value of a Go variable, and where it stands: `GOPROXY in the environment`, `GOPROXY in /usr/local/go/go.env`. */
export interface GoValue {
  readonly text: string
  readonly place: string
}

/** Looks up a variable: all its values, the one that Go uses first. */
export type GoSettings = (variable: string) => readonly GoValue[]

/** Reads the files, once. Throws where one of them is there and cannot be read. */
export async function readGoSettings(machine: Machine): Promise<GoSettings> {
  const files: { path: string; values: ReadonlyMap<string, string> }[] = []
  for (const path of [userFile(machine), await installationFile(machine)]) {
    const text = path === undefined ? undefined : await machine.readFile(path)
    if (path !== undefined && text !== undefined) files.push({ path, values: parseGoEnvFile(text) })
  }
  return (variable) => {
    const values: GoValue[] = []
    const exported = machine.environment[variable] ?? ''
    if (exported !== '') values.push({ text: exported, place: `${variable} in the environment` })
    for (const file of files) {
      const text = file.values.get(variable)
      if (text === '') break
      if (text !== undefined) values.push({ text: text.trim(), place: `${variable} in ${file.path}` })
    }
    return values
  }
}

function userFile(machine: Machine): string | undefined {
  const location = goenvFilePath(machine)
  return location.kind === 'file' ? location.path : undefined
}

/** `go.env` in GOROOT, else in the installation that the `go` of the PATH really stands in. */
export async function installationFile(machine: Machine): Promise<string | undefined> {
  const root = machine.environment['GOROOT'] || (await installationOnPath(machine))
  return root === undefined ? undefined : pathsOf(machine).join(root, 'go.env')
}

/** The directory of the Go installation that the `go` of the PATH really stands in; undefined where there is none. */
export async function installationOnPath(machine: Machine): Promise<string | undefined> {
  const { dirname } = pathsOf(machine)
  const program = await programOnPath(machine, machine.platform === 'win32' ? 'go.exe' : 'go')
  return program && dirname(dirname(program.real))
}

/** The first file of this name in an absolute directory of the PATH, and what it is with all links resolved. */
export async function programOnPath(
  machine: Machine,
  name: string,
): Promise<{ readonly path: string; readonly real: string } | undefined> {
  const { join, delimiter, isAbsolute } = pathsOf(machine)
  const searched = machine.environment['PATH'] ?? machine.environment['Path'] ?? ''
  for (const directory of searched.split(delimiter).filter((folder) => isAbsolute(folder))) {
    const path = join(directory, name)
    const real = await machine.realPath(path)
    if (real !== undefined) return { path, real }
  }
  return undefined
}
