/** Where the netrc file of a machine is. */

import { pathsOf, type Machine } from './machine.ts'

/** Its path and text: the file that NETRC names, else the one in the home directory. Undefined where there is none, or it cannot be read. */
export async function readNetrcFile(
  machine: Machine,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  for (const path of places(machine)) {
    const text = await machine.readFile(path).catch(() => undefined)
    if (text !== undefined) return { path, text }
  }
  return undefined
}

function places(machine: Machine): readonly string[] {
  const { environment, home, platform } = machine
  const named = environment['NETRC'] ?? ''
  if (named !== '') return [named]
  const { join } = pathsOf(machine)
  return [...(platform === 'win32' ? [join(home, '_netrc')] : []), join(home, '.netrc')]
}
