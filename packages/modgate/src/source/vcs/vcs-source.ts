/** Modules straight from version control: a Source that needs no proxy and no Go. */

import { versionString } from '@modgate/gomod/module'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody, type Body } from '../../core/body.ts'
import type { Context } from '../../core/context.ts'
import { Failure } from '../../core/failure.ts'
import type { Source } from '../../core/ports.ts'
import { describeRequest, mediaTypes } from '../describe.ts'
import type { CodeHost, Repository } from './code-host.ts'
import type { CodeVersion } from './code-version.ts'
import { begunAgain } from './git-reader.ts'
import { latestVersion, statVersion } from './latest-version.ts'
import { moduleCode, versionInvalid, type ModuleCode } from './module-code.ts'
import { legacyGoMod, moduleDirectory, type ModuleDirectory } from './module-directory.ts'
import { formatAnswer, formatInfo } from './module-info.ts'
import { modulePlace } from './module-place.ts'
import { moduleZip } from './module-zip.ts'
import type { FindRoot, RepositoryRoot } from '../discovery/repository-root.ts'
import { retractions, versions } from './version-list.ts'

export interface VcsSourceOptions {
  readonly findRoot: FindRoot
  /** The repository at a root, the same one for the same URL. Throws a Failure `origin-refused` for what it does not take. */
  readonly repository: (root: RepositoryRoot) => Repository
  /** Answers queries with what they were answered by, which holds for the moment only: for who keeps infos without it. */
  readonly tellsMore?: boolean
}

/**
 * A source that answers from repositories. Its answers depend on a repository alone: the same `.info`, `.mod` and h1 as the go command's with
 * GOPROXY=direct and an empty cache. `not-found` means that the repository was read and the thing is not there.
 */
export function vcsSource(options: VcsSourceOptions): Source {
  return {
    async get(request, context) {
      if (request.kind === 'sumdb') throw noDatabase(request)
      try {
        context.signal.throwIfAborted()
        return await untilAborted(answered(options, request, context), context.signal)
      } catch (error) {
        throw error instanceof Failure ? about(request, error) : error
      }
    },
  }
}

type CodeRequest = Exclude<ModuleRequest, { kind: 'sumdb' }>

async function answered(options: VcsSourceOptions, request: CodeRequest, context: Context) {
  const root = await options.findRoot(request.path, context)
  const place = modulePlace(request.path, root)
  const host = await options.repository(root).open(context)
  const answerOf = async (moment: CodeHost) => {
    const code = moduleCode(place, moment, retractions)
    const body = await bodyOf(code, request, options.tellsMore ? formatAnswer : formatInfo)
    const cache = { status: 'miss', detail: moment.vcs } as const
    return { body, type: mediaTypes[request.kind], trust: 'answer', source: moment.url, cache } as const
  }
  try {
    return await answerOf(host)
  } catch (error) {
    // Names are good for some seconds, in which a tag may have been pushed.
    const later = error instanceof Failure && error.isPassing ? await host.later?.() : undefined
    if (later === undefined) throw error
    return answerOf(later)
  }
}

async function bodyOf(code: ModuleCode, request: CodeRequest, format: typeof formatInfo): Promise<Body> {
  switch (request.kind) {
    case 'list':
      return textBody((await versions(code)).map((version) => `${version}\n`).join(''))
    case 'latest':
      return textBody(format(code, await latestVersion(code)))
    case 'query':
      // By this name go never means a branch or a tag.
      if (request.query === 'latest') return textBody(format(code, await latestVersion(code)))
      return textBody(format(code, await statVersion(code, request.query)))
    case 'info':
      return textBody(formatInfo(code, await exactVersion(code, request.version)))
    case 'mod':
      return bytesBody((await directoryOf(code, request.version)).goMod ?? legacyGoMod(request.path))
    case 'zip': {
      const zip = await moduleZip(code, request.version, await directoryOf(code, request.version))
      return { ...zip, read: (range) => begunAgain(() => zip.read(range)) }
    }
  }
}

const textBody = (text: string): Body => bytesBody(Buffer.from(text))

/** A version that is what it says: no branch that is named like one, no pseudo-version that claims more than its commit. */
async function exactVersion(code: ModuleCode, version: string): Promise<CodeVersion> {
  const found = await statVersion(code, version)
  if (found.version === version) return found
  throw versionInvalid(code, version, `resolves to version ${found.version}`)
}

async function directoryOf(code: ModuleCode, version: string): Promise<ModuleDirectory> {
  await exactVersion(code, version)
  return moduleDirectory(code, version)
}

function noDatabase(request: ModuleRequest): Failure {
  const why = 'a repository has no checksum database'
  return new Failure('database-unknown', { asked: describeRequest(request), who: 'version control', why })
}

/** A failure of a repository as one of the request, which its reader knows. */
function about(request: CodeRequest, failure: Failure): Failure {
  const isQuery = request.kind === 'query'
  const asked = isQuery ? versionString({ path: request.path, version: request.query }) : describeRequest(request)
  return failure.with({ asked })
}

/** What is shared with others goes on when one of them leaves; this one hears no more of it. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const leave = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', leave)
    work.catch(() => undefined)
  }
}
