/** Where a source and the real go say different things of a module. */

import { readFile } from 'node:fs/promises'
import { hashZip } from '@modgate/gomod/dirhash'
import { canonicalVersion, matchPathMajor, splitPathVersion } from '@modgate/gomod/module'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { isValid } from '@modgate/gomod/semver'
import { bytesAccess } from '@modgate/gomod/zip'
import { Failure } from '../../packages/modgate/src/core/failure.ts'
import type { Source } from '../../packages/modgate/src/core/ports.ts'
import { answerOf } from './git-origin.ts'

/** What the go command says of a module as JSON. */
export interface Said {
  readonly Path: string
  readonly Version?: string
  readonly Versions?: readonly string[]
  readonly Query?: string
  readonly Error?: unknown
  readonly Info?: string
  readonly GoMod?: string
  readonly Sum?: string
}

/** What `go mod download -json` and `go list -json` print. */
export const saidIn = (stdout: string): readonly Said[] =>
  stdout
    .split(/^}$/m)
    .filter((part) => part.trim() !== '')
    .map((part) => JSON.parse(`${part}}`) as Said)

function requestFor(path: string, asked: string): ModuleRequest {
  const isVersion =
    isValid(asked) &&
    canonicalVersion(asked) === asked &&
    matchPathMajor(asked, splitPathVersion(path)?.pathMajor ?? '')
  return isVersion ? { kind: 'info', path, version: asked } : { kind: 'query', path, query: asked }
}

/** An answer as text, or the failure. */
export const text = (answer: Uint8Array | Failure) =>
  answer instanceof Failure ? answer : Buffer.from(answer).toString()
/** The version in an info. */
export const versionIn = (info: string) => (JSON.parse(info) as { readonly Version: string }).Version

/** Where source and go disagree about one argument, in words; undefined where they agree. */
export async function disagreement(source: Source, said: Said): Promise<string | undefined> {
  const asked = said.Query ?? said.Version!
  const info = text(await answerOf(source, requestFor(said.Path, asked)))
  const differ = (go: unknown, ours: unknown) => `${said.Path}@${asked}\n  go:   ${String(go)}\n  ours: ${String(ours)}`
  if (said.Error !== undefined) {
    if (info instanceof Failure) return info.absent ? undefined : differ(said.Error, info)
    const version = versionIn(info)
    const parts = (['mod', 'zip'] as const).map((kind) => answerOf(source, { kind, path: said.Path, version }))
    const isRefused = (await Promise.all(parts)).some((part) => part instanceof Failure)
    return isRefused ? undefined : differ(said.Error, info)
  }
  if (info instanceof Failure) return differ(said.Version, info)
  return versionIn(info) === said.Version ? undefined : differ(said.Version, info)
}

/** Where the files of a version differ from those in go's module cache. */
export async function difference(source: Source, said: Said, withInfo: boolean): Promise<string | undefined> {
  const { Path: path, Version: version = '' } = said
  const [info, mod, zip] = await Promise.all([
    answerOf(source, { kind: 'info', path, version }),
    answerOf(source, { kind: 'mod', path, version }),
    answerOf(source, { kind: 'zip', path, version }),
  ])
  const differ = (kind: string, ours: unknown) => `${kind} of ${path}@${version}: ${String(ours)}`
  if (withInfo && text(info) !== (await readFile(said.Info!, 'utf8'))) return differ('info', text(info))
  if (text(mod) !== (await readFile(said.GoMod!, 'utf8'))) return differ('mod', text(mod))
  if (zip instanceof Failure) return differ('zip', zip)
  return hashZip(bytesAccess(zip)) === said.Sum ? undefined : differ('zip', hashZip(bytesAccess(zip)))
}
