/** What is read of commits that are whole in a mirror. Nothing here reaches another machine. */

import { Failure } from '../../core/failure.ts'
import type { ArchiveFile, FileOf, TreeFile } from './code-host.ts'
import { gitRefused, type GitCall } from './git-command.ts'
import type { Remote } from './git-fetch.ts'
import { packsAreWhole } from './mirror-damage.ts'
import { readTar } from './tar-reader.ts'

/** When a commit was made; undefined where the id is that of a tree or a file. */
export async function timeOf({ git, url }: Remote, repository: string, commit: string): Promise<Date | undefined> {
  const asked = `commit ${commit} of ${url}`
  const args = ['log', '-n1', '--no-decorate', '--format=format:%ct', '--end-of-options', commit, '--']
  const call: GitCall = { repository, args, asked, who: url }
  const end = await git.run(call, 64 << 10)
  const seconds = end.stdout.toString().trim()
  if (end.code === 0 && /^-?\d{1,12}$/.test(seconds)) return new Date(Number(seconds) * 1000)
  // A tag may name a file. Anything else is damage, and no reason to call a version absent.
  const type = await git.run({ ...call, args: ['cat-file', '-t', commit] }, 64 << 10)
  if (type.code !== 0 || type.stdout.toString().trim() === 'commit') throw gitRefused(call, end)
  return undefined
}

/**
 * A file as it rests in a commit; undefined where there is none of this name. Of a symbolic link it is the name that it holds. The commit is
 * asked for as well, so that a mirror which lost it is a failure: a go.mod must never be missing by mistake.
 */
export async function readBlob(
  { git, url }: Remote,
  repository: string,
  { commit, path, limit }: FileOf & { readonly commit: string },
): Promise<Uint8Array | undefined> {
  const call: GitCall = {
    repository,
    args: ['cat-file', '--batch'],
    input: `${commit}^{commit}\n${commit}:${path}\n`,
    asked: `${path} of commit ${commit} of ${url}`,
    who: url,
    timeoutMs: readMs,
  }
  const end = await git.run(call, limit + maxCommitBytes)
  const own = end.code === 0 ? objectAt(end.stdout, 0) : undefined
  if (own?.type !== 'commit') throw gitRefused(call, end)
  const file = objectAt(end.stdout, own.end)
  // What git complains about, or cannot look for in all packs, is not absent.
  if (file === undefined && !(end.stderr === '' && (await packsAreWhole(repository)))) throw gitRefused(call, end)
  if (file?.type !== 'blob') return undefined
  if (file.content.length > limit) {
    throw new Failure('origin-too-large', { asked: call.asked, who: url, why: `the file has more than ${limit} bytes` })
  }
  return new Uint8Array(file.content)
}

/** A commit is its message and a few lines. */
const maxCommitBytes = 1 << 20

/** An object as `cat-file --batch` prints it: a line with its id, type and size, then so many bytes. Undefined for one that is missing. */
function objectAt(
  output: Buffer,
  start: number,
): { readonly type: string; readonly content: Buffer; readonly end: number } | undefined {
  const newline = output.indexOf('\n', start)
  const line = output.toString('latin1', start, newline)
  const [, type, size] = /^[0-9a-f]+ ([a-z]+) (\d+)$/.exec(line) ?? []
  if (type === undefined) return undefined
  const end = newline + 1 + Number(size)
  return { type, content: output.subarray(newline + 1, end), end: end + 1 }
}

interface Directory {
  readonly commit: string
  /** Slash-separated, `''` for all. */
  readonly directory: string
}

/** Reading a large tree from a slow disk; milliseconds. */
const readMs = 10 * 60_000
/** A line of `ls-tree` is an entry of a tree, whose name is bounded by git's own limits. */
const maxLineBytes = 1 << 16

/** The files below a directory, in the order of the tree. */
export async function* filesOf(
  { git, url, limits }: Remote,
  repository: string,
  { commit, directory }: Directory,
): AsyncIterable<TreeFile> {
  const tree = directory === '' ? `${commit}^{tree}` : `${commit}:${directory}`
  const args = ['ls-tree', '-r', '-z', '-l', '--full-tree', tree]
  const call: GitCall = { repository, args, asked: `files of commit ${commit} of ${url}`, who: url, timeoutMs: readMs }
  let rest = ''
  let count = 0
  for await (const chunk of git.stream(call)) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\0')
    rest = lines.pop()!
    if (rest.length > maxLineBytes) throw tooMany(call, `a name of more than ${maxLineBytes} bytes`)
    for (const line of lines) {
      if (++count > limits.files) throw tooMany(call, `more than ${limits.files} files`)
      const file = treeFile(line)
      if (file) yield file
    }
  }
}

function treeFile(line: string): TreeFile | undefined {
  const [, mode, size, name] = /^(\d{6}) blob [0-9a-f]+ +(\d+)\t(.+)$/s.exec(line) ?? []
  if (mode === undefined || name === undefined) return undefined
  return { name, kind: mode === '120000' ? 'symlink' : 'file', size: Number(size) }
}

function tooMany({ asked, who }: GitCall, why: string): Failure {
  return new Failure('origin-too-large', { asked, who, why: `the tree has ${why}` })
}

/**
 * The files of a directory with the content that `git archive` gives them, which attributes in the repository may convert. The whole
 * commit is named and the directory given beside it, so that attributes above the directory count.
 */
export async function* archiveOf(
  { git, url }: Remote,
  repository: string,
  { commit, directory }: Directory,
): AsyncIterable<ArchiveFile> {
  const paths = directory === '' ? [] : [directory]
  const args = ['archive', '--format=tar', '--end-of-options', commit, ...paths]
  const call: GitCall = { repository, args, asked: `files of commit ${commit} of ${url}`, who: url, timeoutMs: readMs }
  const prefix = directory === '' ? '' : `${directory}/`
  for await (const member of readTar(git.stream(call), () => gitRefused(call, brokenOff))) {
    if (member.name.startsWith(prefix)) yield { ...member, name: member.name.slice(prefix.length) }
  }
}

const brokenOff = { code: 0, stderr: 'the archive is no tar file', isClean: true } as const
