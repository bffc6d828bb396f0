/** What is read of check-ins in a clone of fossil. Nothing here reaches another machine. */

import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Failure } from '../../core/failure.ts'
import type { ArchiveFile, FileOf } from './code-host.ts'
import { cloneName, type Fossil } from './fossil-command.ts'
import { programRefused, type GitCall, type GitEnd } from './git-command.ts'
import { readTar } from './tar-reader.ts'

/** A clone on disk. */
export interface FossilClone {
  readonly fossil: Fossil
  /** Where it comes from, for words. */
  readonly url: string
  /** The directory of the clone. */
  readonly repository: string
  /** Files that the tree of one check-in may have. */
  readonly maxFiles: number
}

export interface CheckIn {
  readonly commit: string
  readonly time: Date
}

const maxListingBytes = 64 << 20
const readMs = 10 * 60_000

interface Command {
  readonly args: readonly [command: string, ...options: string[]]
  /** Never read as options. */
  readonly operands?: readonly string[]
  readonly asked: string
}

function callOf({ repository, url }: FossilClone, { args, operands, asked }: Command): GitCall {
  const [command, ...options] = args
  const behind = operands === undefined ? [] : ['--', ...operands]
  return {
    repository,
    args: [command, '--no-th-hook', '-R', cloneName, ...options, ...behind],
    asked: `${asked} of ${url}`,
    who: url,
    timeoutMs: readMs,
  }
}

async function succeeded(clone: FossilClone, command: Command, limit: number): Promise<GitEnd> {
  const call = callOf(clone, command)
  const end = await clone.fossil.run(call, limit)
  if (end.code !== 0) throw programRefused('fossil', call, end)
  return end
}

/** Symbolic names of check-ins: fossil makes no difference between branches and tags. */
export async function namesOf(clone: FossilClone): Promise<ReadonlySet<string>> {
  const end = await succeeded(clone, { args: ['tag', 'list'], asked: 'tags' }, maxListingBytes)
  return new Set(end.stdout.toString('utf8').split('\n').filter(Boolean))
}

/** The check-in of `tag:NAME`, or of an id; undefined where there is none. Fossil shows 40 digits of an id, and so does Go where it has 64. */
export async function checkInOf(clone: FossilClone, name: string): Promise<CheckIn | undefined> {
  const command: Command = { args: ['info'], operands: [name], asked: `revision ${name}` }
  const call = callOf(clone, command)
  const end = await clone.fossil.run(call, 1 << 20)
  if (end.code !== 0) {
    // It ends in the same way for a clone that cannot be read, and that is no absence.
    await namesOf(clone)
    return undefined
  }
  const line = /^(?:hash|uuid):\s+([0-9a-f]{40}) (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/m
  const [, commit, day, time] = line.exec(end.stdout.toString()) ?? []
  return commit === undefined ? undefined : { commit, time: new Date(`${day}T${time}Z`) }
}

/** A file as it rests in a check-in; undefined where there is none of this name. */
export async function readFileOf(
  clone: FossilClone,
  { commit, path, limit }: FileOf & { readonly commit: string },
): Promise<Uint8Array | undefined> {
  const asked = `${path} of check-in ${commit}`
  const listed = await succeeded(clone, { args: ['ls', '-r', commit], operands: [path], asked }, maxListingBytes)
  if (!listed.stdout.toString('utf8').split('\n').includes(path)) return undefined
  const end = await succeeded(clone, { args: ['cat', '-r', commit], operands: [path], asked }, limit)
  return new Uint8Array(end.stdout)
}

/** All files of a check-in with their content; links are passed over. */
export async function* archiveOf(clone: FossilClone, commit: string): AsyncIterable<ArchiveFile> {
  const call = callOf(clone, {
    args: ['tarball', commit, '-', '--name', 'files'],
    asked: `files of check-in ${commit}`,
  })
  const said = { code: 0, stderr: 'the archive is no tar file', isClean: true }
  const broken = () => programRefused('fossil', call, said)
  const compressed = Readable.from(clone.fossil.stream(call))
  const unpacked = createGunzip()
  // Whoever reads hears of it from here.
  compressed.on('error', (error) => unpacked.destroy(error))
  unpacked.on('close', () => compressed.destroy())
  let count = 0
  for await (const member of readTar(unpackedOr(compressed.pipe(unpacked), broken), broken)) {
    if (++count > clone.maxFiles) {
      const why = `the tree has more than ${clone.maxFiles} files`
      throw new Failure('origin-too-large', { asked: call.asked, who: clone.url, why })
    }
    if (member.name.startsWith('files/')) yield { ...member, name: member.name.slice('files/'.length) }
  }
}

/** Bytes that are not gzip are no archive. */
async function* unpackedOr(chunks: AsyncIterable<Uint8Array>, broken: () => Error): AsyncIterable<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    throw error instanceof Failure ? error : broken()
  }
}
