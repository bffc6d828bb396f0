/** Makes one change: a line in the file of `go env -w`, or copies taken out of the module cache. */

import { chmod, lstat, readdir, rm } from 'node:fs/promises'
import { pathsOf, type Machine } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import type { GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { moduleCache } from '../inspect/evidence/module-cache-place.ts'
import type { Change } from '../inspect/finding.ts'
import { editedGoEnv, replaceFile } from './go-env-edit.ts'

export interface ChangePlace {
  readonly machine: Machine
  readonly go: GoEnvironment
}

/** Makes it. Throws a Failure where it cannot be made; then nothing, or a part of the copies, is changed. */
export async function applyChange(change: Change, place: ChangePlace): Promise<void> {
  if (change.kind === 'go-env') return writeGoEnv(change, place)
  const inside = await Promise.all(change.paths.map((path) => insideCache(path, place)))
  for (const path of inside) if (path !== undefined) await removeTree(path)
}

async function writeGoEnv(
  { variable, value }: Extract<Change, { kind: 'go-env' }>,
  { machine, go }: ChangePlace,
): Promise<void> {
  const path = go.goenvFile?.path
  if (path === undefined) throw cannotChange(variable, 'GOENV=off: go reads no file of settings')
  try {
    await replaceFile(path, editedGoEnv((await machine.readFile(path)) ?? '', variable, value))
  } catch (error) {
    throw cannotChange(path, (error as Error).message, error)
  }
}

/** The real path of something below the module cache; undefined where nothing is there. Links on the way count for where they lead. */
async function insideCache(path: string, { machine, go }: ChangePlace): Promise<string | undefined> {
  const { dirname, basename, join, relative, isAbsolute } = pathsOf(machine)
  const root = await machine.realPath(moduleCache(machine, go))
  const parent = isAbsolute(path) ? await machine.realPath(dirname(path)) : undefined
  if (root === undefined || (isAbsolute(path) && parent === undefined)) return undefined
  const real = parent === undefined ? undefined : join(parent, basename(path))
  const below = real === undefined ? '' : relative(root, real)
  if (real === undefined || below === '' || below.startsWith('..') || isAbsolute(below))
    throw cannotChange(path, `it is not below the module cache ${root}`)
  return real
}

/** The go command makes what it unpacks read-only, directories too. A link is removed, never followed. */
async function removeTree(path: string): Promise<void> {
  await makeWritable(path)
  await rm(path, { recursive: true, force: true })
}

async function makeWritable(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isDirectory() !== true) return
  await chmod(path, found.mode | 0o700)
  for (const item of await readdir(path)) await makeWritable(`${path}/${item}`)
}

function cannotChange(asked: string, why: string, cause?: unknown): Failure {
  return new Failure('configuration', { asked, who: 'modgate doctor --fix', why, next: 'change it by hand', cause })
}
