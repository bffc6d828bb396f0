/** What is read of commits in a mirror of hg. Nothing here reaches another machine, and only complete ids get into an expression. */

import { Failure } from '../../core/failure.ts'
import type { ArchiveFile, FileOf, TreeFile } from './code-host.ts'
import { programRefused, type GitCall, type GitEnd } from './git-command.ts'
import { hgArgs, type Hg } from './hg-command.ts'
import { readTar } from './tar-reader.ts'

/** A mirror on disk. */
export interface HgMirror {
  readonly hg: Hg
  /** Where it comes from, for words. */
  readonly url: string
  readonly repository: string
  /** Files that the tree of one commit may have. */
  readonly maxFiles: number
}

/** Names of one moment. */
export interface HgNames {
  /** Tag to commit. */
  readonly tags: ReadonlyMap<string, string>
  readonly branches: ReadonlyMap<string, string>
  /** The commit that came last, by which Go means the newest; undefined for an empty repository. */
  readonly tip: string | undefined
}

const idPattern = /^[0-9a-f]{40}$/
const noCommit = '0'.repeat(40)
/** 100,000 tags take 12 MB. */
const maxListingBytes = 64 << 20
const maxLineBytes = 64 << 10
const readMs = 10 * 60_000

const callOf = ({ repository, url }: HgMirror, args: readonly string[], asked: string): GitCall => {
  return { repository, args, asked: `${asked} of ${url}`, who: url, timeoutMs: readMs }
}

async function succeeded(mirror: HgMirror, call: GitCall, limit = maxLineBytes): Promise<GitEnd> {
  const end = await mirror.hg.run(call, limit)
  if (end.code !== 0) throw programRefused('hg', call, end)
  return end
}

/** Tags of all heads and the branches, closed ones too. */
export async function namesOf(mirror: HgMirror): Promise<HgNames> {
  const [tags, branches] = await Promise.all([
    named(mirror, callOf(mirror, hgArgs(['tags', '--template=json']), 'tags'), 'tag'),
    named(mirror, callOf(mirror, hgArgs(['branches', '--closed', '--template=json']), 'branches'), 'branch'),
  ])
  const tip = tags.get('tip')
  tags.delete('tip')
  return { tags, branches, tip: tip === noCommit ? undefined : tip }
}

async function named(mirror: HgMirror, call: GitCall, field: string): Promise<Map<string, string>> {
  const end = await succeeded(mirror, call, maxListingBytes)
  const names = new Map<string, string>()
  for (const row of parsedRows(end)) {
    const { [field]: name, node } = row
    if (typeof name !== 'string' || typeof node !== 'string' || !idPattern.test(node)) continue
    names.set(name, node)
  }
  return names
}

function parsedRows({ stdout }: GitEnd): readonly Readonly<Record<string, unknown>>[] {
  return JSON.parse(stdout.toString('utf8')) as readonly Readonly<Record<string, unknown>>[]
}

/** When a commit was made. */
export async function timeOf(mirror: HgMirror, commit: string): Promise<Date> {
  const args = hgArgs(['log', `--rev=${commit}`, '--template={date|hgdate}'])
  const call = callOf(mirror, args, `commit ${commit}`)
  const end = await succeeded(mirror, call)
  const [, seconds] = /^(-?\d{1,12}) -?\d+$/.exec(end.stdout.toString()) ?? []
  if (seconds === undefined) throw programRefused('hg', call, end)
  return new Date(Number(seconds) * 1000)
}

/** The commit whose id alone begins with these digits. */
export async function commitBy(mirror: HgMirror, prefix: string): Promise<string | undefined> {
  const found = await commitsIn(mirror, `id('${prefix}')`)
  return found[0]
}

/** Commits that carry a tag, on the commit or before it. */
export function taggedBefore(mirror: HgMirror, commit: string): Promise<readonly string[]> {
  return commitsIn(mirror, `ancestors(${commit}) and tag()`)
}

/** Whether `older` is the commit or lies before it. */
export async function isBefore(mirror: HgMirror, older: string, commit: string): Promise<boolean> {
  return (await commitsIn(mirror, `${older} and ancestors(${commit})`)).length > 0
}

async function commitsIn(mirror: HgMirror, expression: string): Promise<readonly string[]> {
  const args = hgArgs(['log', `--rev=${expression}`, String.raw`--template={node}\n`])
  const end = await succeeded(mirror, callOf(mirror, args, 'history'), maxListingBytes)
  return end.stdout
    .toString()
    .split('\n')
    .filter((line) => idPattern.test(line))
}

/** A file as it rests in a commit; undefined where there is none of this name. */
export async function readFileOf(
  mirror: HgMirror,
  { commit, path, limit }: FileOf & { readonly commit: string },
): Promise<Uint8Array | undefined> {
  const call = callOf(mirror, hgArgs(['cat', `--rev=${commit}`], `path:${path}`), `${path} of commit ${commit}`)
  const end = await mirror.hg.run(call, limit)
  if (end.code === 0) return new Uint8Array(end.stdout)
  // What is damaged, or a commit that is not there, ends with another code.
  if (end.code === 1) return undefined
  throw programRefused('hg', call, end)
}

interface Directory {
  readonly commit: string
  /** Slash-separated, `''` for all. */
  readonly directory: string
}

const below = (directory: string) => (directory === '' ? [] : [`--include=path:${directory}`])

/** The files below a directory, in the order of their names. */
export async function* filesOf(mirror: HgMirror, { commit, directory }: Directory): AsyncIterable<TreeFile> {
  const options = [`--rev=${commit}`, String.raw`--template={size} {flags}|{path}\n`, ...below(directory)]
  const call = callOf(mirror, hgArgs(['files', ...options]), `files of commit ${commit}`)
  const prefix = directory === '' ? '' : `${directory}/`
  let rest = ''
  let count = 0
  for await (const chunk of mirror.hg.stream(call)) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n')
    rest = lines.pop()!
    if (rest.length > maxLineBytes) throw tooMany(call, `a name of more than ${maxLineBytes} bytes`)
    for (const line of lines) {
      if (++count > mirror.maxFiles) throw tooMany(call, `more than ${mirror.maxFiles} files`)
      const [, size, flags, name] = /^(\d+) ([a-z]*)\|(.+)$/s.exec(line) ?? []
      if (name === undefined || !name.startsWith(prefix)) continue
      yield { name: name.slice(prefix.length), kind: flags === 'l' ? 'symlink' : 'file', size: Number(size) }
    }
  }
}

function tooMany({ asked, who }: GitCall, why: string): Failure {
  return new Failure('origin-too-large', { asked, who, why: `the tree has ${why}` })
}

/** The same files as they rest in the commit. */
export async function* archiveOf(mirror: HgMirror, { commit, directory }: Directory): AsyncIterable<ArchiveFile> {
  const options = ['--type=tar', '--no-decode', `--rev=${commit}`, '--prefix=files/', ...below(directory)]
  const call = callOf(mirror, hgArgs(['archive', ...options], '-'), `files of commit ${commit}`)
  const prefix = directory === '' ? 'files/' : `files/${directory}/`
  const broken = () => programRefused('hg', call, { code: 0, stderr: 'the archive is no tar file', isClean: true })
  for await (const member of readTar(mirror.hg.stream(call), broken)) {
    if (member.name.startsWith(prefix)) yield { ...member, name: member.name.slice(prefix.length) }
  }
}
