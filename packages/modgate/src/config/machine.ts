/** What loading a configuration asks of the machine, handed in so that tests have machines of their own. */

import type { Environment } from '@modgate/gomod/goenv'
import { readdirSync, readFileSync, realpathSync, type Dirent } from 'node:fs'
import { homedir, hostname } from 'node:os'
import path from 'node:path'
import { Failure } from '../core/failure.ts'

export interface Machine {
  readonly environment: Environment
  /** The working directory, absolute. Throws a Failure `source-unreadable` where this machine has none any more. */
  readonly cwd: string
  readonly home: string
  readonly platform: NodeJS.Platform
  /** As the network knows it. */
  readonly hostName: string
  /** The processor, as in `process.arch`. */
  readonly arch: NodeJS.Architecture
  /** The text of a file; undefined where there is none. Throws where there is one that cannot be read. */
  readFile(path: string): Promise<string | undefined>
  /** The path with all links resolved; undefined where nothing is there. */
  realPath(path: string): Promise<string | undefined>
  /** What a directory holds, in no order; undefined where there is none. Throws where there is one that cannot be read. */
  listDirectory(path: string): Promise<readonly DirectoryItem[] | undefined>
}

export interface DirectoryItem {
  readonly name: string
  /** What it is itself: a link is `other`. */
  readonly kind: 'file' | 'directory' | 'other'
}

/**
 * The machine that this process runs on. Its files are read without a thread's help: they are small, and a command that asks for twenty of
 * them would wait longer for threads than for the disk.
 */
export function thisMachine(): Machine {
  return {
    environment: process.env,
    // Looked up when a command wants it: one that does not runs also where the directory is gone.
    get cwd() {
      return workingDirectory()
    },
    home: homedir(),
    platform: process.platform,
    hostName: hostname(),
    arch: process.arch,
    readFile: async (file) => unlessAbsent(() => readFileSync(file, 'utf8')),
    realPath: async (file) => unlessAbsent(() => realpathSync.native(file)),
    listDirectory: async (directory) => {
      const items = unlessAbsent(() => readdirSync(directory, { withFileTypes: true }))
      return items?.map((item) => ({ name: item.name, kind: kindOf(item) }))
    },
  }
}

/** Throws a Failure `source-unreadable` where it is gone: others may remove the directory that a shell stands in. */
function workingDirectory(): string {
  try {
    return process.cwd()
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    const isGone = code === 'ENOENT'
    throw new Failure('source-unreadable', {
      asked: 'the current directory',
      who: 'modgate',
      why: isGone ? 'it is not there any more' : `where it is cannot be found out: ${code}`,
      next: 'change into a directory that is there, and run it again',
      cause,
    })
  }
}

function kindOf(item: Dirent): DirectoryItem['kind'] {
  if (item.isFile()) return 'file'
  return item.isDirectory() ? 'directory' : 'other'
}

/** The path rules of a machine. */
export function pathsOf(machine: Machine): typeof path.posix {
  return machine.platform === 'win32' ? path.win32 : path.posix
}

/** The platform's directory for the data of one program: XDG base directories, Application Support, LOCALAPPDATA. */
export function dataDirectory(machine: Machine, program: string): string {
  const { join, isAbsolute } = pathsOf(machine)
  const { environment, home, platform } = machine
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', program)
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), program)
  const data = environment['XDG_DATA_HOME'] ?? ''
  // The XDG specification says that a relative path is to be ignored.
  return join(isAbsolute(data) ? data : join(home, '.local', 'share'), program)
}

/** The platform's directory for what a program remembers, and no backup of its data has: XDG state, Application Support, LOCALAPPDATA. */
export function stateDirectory(machine: Machine, program: string): string {
  const { join, isAbsolute } = pathsOf(machine)
  const { environment, home, platform } = machine
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', `${program}-state`)
  if (platform === 'win32')
    return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), `${program}-state`)
  const state = environment['XDG_STATE_HOME'] ?? ''
  return join(isAbsolute(state) ? state : join(home, '.local', 'state'), program)
}

function unlessAbsent<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    return undefined
  }
}
