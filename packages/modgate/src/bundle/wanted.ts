/**
 * Which module versions somebody wants to have at hand, and how much of each: read from go.mod and go.sum files, and from the lines of a
 * module index. Versions that cannot be one are left out and named, since such a file may be anybody's.
 */

import { check, ModuleError } from '@modgate/gomod/module'
import { parse, parseSum } from '@modgate/gomod/modfile'
import { compare } from '@modgate/gomod/semver'
import { Failure } from '../core/failure.ts'
import type { ModuleVersion } from '../core/ports.ts'
import { parseTimestamp } from '../core/timestamp.ts'

/** A module version that is wanted. */
export interface WantedModule extends ModuleVersion {
  /** False: go reads no more of it than its go.mod. */
  readonly zip: boolean
}

/** What was read of one file or one answer. */
export interface WantedList {
  readonly modules: readonly WantedModule[]
  /** What stands there and is no module version. */
  readonly refused: readonly Failure[]
}

/** The lines of a go.sum. A version with only the hash of its go.mod is wanted without its zip. Throws an ErrorList. */
export function wantedOfSum(text: string, file: string): WantedList {
  return checked(
    parseSum(text, file).map(({ path, version, goMod }) => ({ path, version, zip: !goMod })),
    file,
  )
}

/**
 * What a go.mod requires, as it stands there: since go 1.17 that is everything that the build needs. A replaced module is wanted as what
 * replaces it, and not at all where that is a directory. Throws an ErrorList.
 */
export function wantedOfGoMod(text: string, file: string): WantedList {
  const { require, replace } = parse(file, text)
  const replaced = ({ path, version }: ModuleVersion) =>
    replace.find(({ old }) => old.path === path && old.version === version) ??
    replace.find(({ old }) => old.path === path && old.version === '')
  const wanted = require.map((module) => replaced(module)?.new ?? module)
  // A directory has no version.
  const fetched = wanted.filter(({ version }) => version !== '')
  return checked(fetched.map(({ path, version }) => ({ path, version, zip: true })), file) // prettier-ignore
}

/** One line of a module index. */
export interface IndexLine extends WantedModule {
  /** As it stands there, RFC 3339. */
  readonly timestamp: string
  /** Microseconds since the epoch. */
  readonly time: number
}

/** Longer than any line of an index. */
const maxLineBytes = 16 * 1024

/** The version of a line; undefined for an empty one. Throws a Failure for one that is none. */
export function parseIndexLine(text: string, place: string): IndexLine | undefined {
  if (text.trim() === '') return undefined
  const { Path, Version, Timestamp } = text.length > maxLineBytes ? {} : fieldsOf(text)
  const time = typeof Timestamp === 'string' ? parseTimestamp(Timestamp) : undefined
  if (typeof Path !== 'string' || typeof Version !== 'string' || typeof Timestamp !== 'string' || time === undefined)
    throw notWanted(place, text, 'is no line of a module index: {"Path": …, "Version": …, "Timestamp": …}')
  const module = { path: Path, version: Version, zip: true }
  const refusal = refusalOf(module, place)
  if (refusal) throw refusal
  return { ...module, timestamp: Timestamp, time }
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** All of them, each version once and in order; its zip is wanted where any list wants it. */
export function mergeWanted(...lists: readonly (readonly WantedModule[])[]): readonly WantedModule[] {
  const merged = new Map<string, WantedModule>()
  for (const module of lists.flat()) {
    const key = `${module.path}@${module.version}`
    if (module.zip || !merged.has(key)) merged.set(key, module)
  }
  return [...merged.values()].sort(byName)
}

function byName(a: ModuleVersion, b: ModuleVersion): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : compare(a.version, b.version)
}

function checked(wanted: readonly WantedModule[], place: string): WantedList {
  const modules: WantedModule[] = []
  const refused: Failure[] = []
  for (const module of mergeWanted(wanted)) {
    const refusal = refusalOf(module, place)
    if (refusal) refused.push(refusal)
    else modules.push(module)
  }
  return { modules, refused }
}

function refusalOf({ path, version }: ModuleVersion, place: string): Failure | undefined {
  try {
    check(path, version)
    return undefined
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
    return notWanted(place, `${path}@${version}`, error.message)
  }
}

function notWanted(place: string, text: string, why: string): Failure {
  const asked = `${place}: ${text.slice(0, 200)}`
  return new Failure('bad-request', { asked, who: 'modgate', why, next: 'correct the line, or leave it out' })
}
