/** A machine for tests: its files are a record of texts, its links another one. */

import type { Machine } from './machine.ts'

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
    readFile: async (path) => files[path],
    realPath: async (path) => links[path] ?? (path in files ? path : undefined),
  }
}
