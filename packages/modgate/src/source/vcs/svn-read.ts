/** What is read of revisions from the server of a Subversion repository. */

import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { Failure } from '../../core/failure.ts'
import { storeFailure } from '../../store/store-failure.ts'
import type { ArchiveFile, FileOf, TreeFile } from './code-host.ts'
import { directorySize } from './directory-size.ts'
import { programRefused, type GitEnd } from './git-command.ts'
import type { ProgramLimits } from './program-access.ts'
import type { Svn, SvnQuestion } from './svn-command.ts'

/** A revision in which something changed. */
export interface SvnRevision {
  readonly number: number
  /** Whole seconds. */
  readonly time: Date
  /** Digits of the second behind its point, without zeros at the end. */
  readonly fraction: string
}

export interface SvnReader {
  readonly svn: Svn
  readonly limits: ProgramLimits
  /** For what has to be on disk for a moment. */
  readonly temporary: string
}

const maxLineBytes = 64 << 10
/** 500,000 files, each with a name, its author and its time. */
const maxListingBytes = 256 << 20

/** The numbers of svn's errors are part of its interface, its words are not: no such revision, no such path. */
const absent = /\b[EW]1600(?:06|13)\b/

function refused({ svn }: SvnReader, { args, asked }: SvnQuestion, end: Pick<GitEnd, 'code' | 'stderr'>): Failure {
  const call = { repository: '', args, asked: `${asked} of ${svn.url}`, who: svn.url }
  return programRefused('svn', call, { ...end, isClean: true })
}

/** The newest change at `revision` or before it, or of all; undefined where there is no such revision. */
export async function revisionAt(reader: SvnReader, revision?: number): Promise<SvnRevision | undefined> {
  const question: SvnQuestion = {
    args: ['log', '--limit=1', '--xml', '--quiet'],
    path: '',
    ...(revision === undefined ? {} : { revision }),
    asked: revision === undefined ? 'newest revision' : `revision ${revision}`,
    timeoutMs: reader.limits.listMs,
  }
  const end = await reader.svn.ask(question, maxLineBytes)
  if (end.code !== 0 && revision !== undefined && absent.test(end.stderr)) return undefined
  const text = end.stdout.toString('utf8')
  const [, number] = /<logentry\s+revision="(\d{1,10})">/.exec(text) ?? []
  const [, seconds, fraction = ''] = /<date>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z<\/date>/.exec(text) ?? []
  if (end.code !== 0 || number === undefined || seconds === undefined) throw refused(reader, question, end)
  return { number: Number(number), time: new Date(`${seconds}Z`), fraction: fraction.replace(/0+$/, '') }
}

/** A file of a revision; undefined where there is none of this name. */
export async function readFileAt(
  reader: SvnReader,
  revision: number,
  { path, limit }: FileOf,
): Promise<Uint8Array | undefined> {
  const question: SvnQuestion = {
    args: ['cat'],
    path,
    revision,
    asked: `${path} of revision ${revision}`,
    timeoutMs: reader.limits.listMs,
  }
  const end = await reader.svn.ask(question, limit)
  if (end.code === 0) return new Uint8Array(end.stdout)
  // W195007: it is a directory.
  if (absent.test(end.stderr) || /\bW195007\b/.test(end.stderr)) return undefined
  throw refused(reader, question, end)
}

export interface SvnDirectory {
  readonly revision: number
  readonly directory: string
}

/** The files below a directory, as the server lists them. It does not say which of them are links. */
export async function listOf(
  reader: SvnReader,
  { revision, directory }: SvnDirectory,
): Promise<readonly (TreeFile & { readonly path: string })[]> {
  const question: SvnQuestion = {
    args: ['list', '--recursive', '--xml', '--incremental', '--revision', String(revision)],
    path: directory,
    revision,
    asked: `files of revision ${revision}`,
    timeoutMs: reader.limits.fetchMs,
  }
  const end = await reader.svn.ask(question, maxListingBytes)
  if (end.code !== 0) throw refused(reader, question, end)
  const entry = /<entry\s+kind="file">\s*<name>([^<]*)<\/name>\s*<size>(\d{1,15})<\/size>/g
  const files = [...end.stdout.toString('utf8').matchAll(entry)].map(([, name = '', size]) => {
    const path = unescaped(name)
    return { path, name: Buffer.from(path).toString('latin1'), kind: 'file' as const, size: Number(size) }
  })
  if (files.length <= reader.limits.files) return files
  const why = `the tree has more than ${reader.limits.files} files`
  throw new Failure('origin-too-large', { asked: `${question.asked} of ${reader.svn.url}`, who: reader.svn.url, why })
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** A text of XML as it was before. */
function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([a-z]{2,4}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name as string] ?? whole
    const code = decimal === undefined ? parseInt(hex as string, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

/**
 * The files with their content, as the go command has them exported: line ends of Unix, no keywords, no externals. Throws a Failure
 * `zip-invalid` for files of which the go command makes no zip: links, and what is exported in another size than it is listed in.
 */
export async function* exportOf(reader: SvnReader, place: SvnDirectory): AsyncIterable<ArchiveFile> {
  const files = await listOf(reader, place)
  const target = join(reader.temporary, `export-${randomBytes(8).toString('hex')}`)
  try {
    await mkdir(target, { mode: 0o700 }).catch((error: unknown) => {
      throw storeFailure('temporary directory', error)
    })
    await exported(reader, place, target)
    const regular = await regularFiles(target)
    for (const { path, name, size } of files) {
      const found = regular.has(path) ? (await stat(join(target, path))).size : undefined
      if (found !== size) throw notPackable(reader, place, path)
      const content = createReadStream(join(target, path), { flags: 'r' })
      try {
        yield { name, size, content }
      } finally {
        content.destroy()
      }
    }
  } finally {
    await rm(target, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  }
}

async function exported(reader: SvnReader, { revision, directory }: SvnDirectory, target: string): Promise<void> {
  const { svn, limits } = reader
  const question: SvnQuestion = {
    args: [
      ...(['export', '--quiet', '--force', '--native-eol', 'LF'] as const),
      ...['--ignore-externals', '--ignore-keywords', '--revision', String(revision)],
    ],
    path: directory,
    revision,
    target,
    asked: `files of revision ${revision}`,
    timeoutMs: limits.fetchMs,
  }
  const watch = async () => {
    if ((await directorySize(target)) <= limits.fetchBytes) return undefined
    const why = `the repository sent more than ${limits.fetchBytes} bytes for it`
    return new Failure('origin-too-large', { asked: `${question.asked} of ${svn.url}`, who: svn.url, why })
  }
  const end = await svn.watched(question, watch)
  const tooLarge = await watch()
  if (tooLarge) throw tooLarge
  if (end.code !== 0) throw refused(reader, question, end)
}

/** Slash-separated names. Links are not followed: what stands behind one is no file of the repository. */
async function regularFiles(directory: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile())
  return new Set(files.map(({ parentPath, name }) => relative(directory, join(parentPath, name)).split(sep).join('/')))
}

function notPackable({ svn }: SvnReader, { revision }: SvnDirectory, path: string): Failure {
  const file = path.replace(/[\x00-\x1f\x7f-\x9f]/g, '?')
  return new Failure('zip-invalid', {
    asked: `revision ${revision} of ${svn.url}`,
    who: svn.url,
    why: `${file} is a link, or is exported in another size than it is listed in: the go command makes no zip of it`,
  })
}
