/** A machine for tests: its files are a record of texts, its links another one. */

import type { DirectoryItem, Machine } from './machine.ts'

export interface TestMachine {
  readonly environment?: Machine['environment']
  readonly platform?: NodeJS.Platform
  readonly files?: Readonly<Record<string, string>>
  readonly links?: Readonly<Record<string, string>>
}

/** Works in /work, with the home /home/me, and has nothing but what is given. */
export function testMachine({
  environment = {},
  platform = 'linux',
  files = {},
  links = {},
}: TestMachine = {}): Machine {
  return {
    environment: { HOME: '/home/me', ...environment },
    cwd: '/work',
    home: '/home/me',
    platform,
    hostName: 'gate-host',
    arch: 'x64',
    readFile: async (path) => files[path],
    realPath: async (path) => links[path] ?? (path in files ? path : undefined),
    listDirectory: async (path) => listed(Object.keys(files), `${path.replace(/\/$/, '')}/`),
  }
}

function listed(paths: readonly string[], directory: string): readonly DirectoryItem[] | undefined {
  const below = paths.filter((path) => path.startsWith(directory)).map((path) => path.slice(directory.length))
  const kinds = new Map<string, DirectoryItem['kind']>()
  for (const path of below) kinds.set(path.split('/')[0]!, path.includes('/') ? 'directory' : 'file')
  return below.length === 0 ? undefined : [...kinds].map(([name, kind]) => ({ name, kind }))
}
