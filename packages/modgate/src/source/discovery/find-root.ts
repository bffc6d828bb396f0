/**
 * From a module path to its repository, as the go command finds it (https://go.dev/ref/mod#vcs-find): by the path alone for a few
 * hosts, else by what the path's own page says, and the page of the prefix confirms. Every page is written by a stranger.
 */

import { checkFilePath, checkImportPath, checkPath, ModuleError, quote } from '@modgate/gomod/module'
import type { Context } from '../../core/context.ts'
import type { FailureCode } from '../../core/failure-codes.ts'
import { Failure } from '../../core/failure.ts'
import { isSameImport, matchImport, type GoImport } from './go-import.ts'
import { isVersionControl, knownRoot, schemesOf, type KnownRoot } from './known-hosts.ts'
import type { ImportPage } from './page.ts'
import type { RememberedPages } from './remembered-pages.ts'
import type { FindRoot, RepositoryRoot } from './repository-root.ts'
import { repositoryURL } from './repository-url.ts'

export interface FindRootOptions {
  readonly pages: RememberedPages
  /** Paths whose hosts may be asked without TLS (GOINSECURE). */
  readonly isInsecure: (path: string) => boolean
  /** Whether a page may name a repository without TLS for any path, as it may for the go command. */
  readonly takesPlain?: boolean
  /** Throws a Failure `address-refused` where the host of a repository must not be connected to. */
  readonly checkHost: (root: RepositoryRoot) => Promise<void>
  /**
   * Whether a repository answers at its URL: a path with a qualifier names a place and leaves the scheme open, and the go command tries one
   * after the other. Without this, the first scheme is taken, which is https.
   */
  readonly answers?: (root: RepositoryRoot, context: Context) => Promise<boolean>
}

export function findRoot(options: FindRootOptions): FindRoot {
  return async (path, context) => {
    requireModulePath(path)
    const known = knownRoot(path)
    const root = known ? await byRule(path, known, { options, context }) : await byPage(path, { options, context })
    await options.checkHost(root)
    return root
  }
}

interface Search {
  readonly options: FindRootOptions
  readonly context: Context
}

function requireModulePath(path: string): void {
  try {
    checkPath(path)
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
    throw new Failure('bad-request', { asked: path.slice(0, 200), who: 'modgate', why: error.message, cause: error })
  }
}

async function byRule(path: string, known: KnownRoot, search: Search): Promise<RepositoryRoot> {
  if (known.kind === 'invalid') throw notFound(path, known.why, 'modgate')
  if (known.kind === 'root') return { vcs: known.vcs, url: known.url, root: known.root, subdirectory: '' }
  const { vcs, place, root } = known
  if (vcs === 'bzr') throw unsupported(path, vcs, place)
  const { options, context } = search
  for (const scheme of schemesOf(vcs, options.isInsecure(path))) {
    const found = { vcs, url: `${scheme}://${place}`, root, subdirectory: '' }
    if (!options.answers) return found
    // Asked of every scheme, so that it is known that this one may be connected to.
    await options.checkHost(found)
    if (await options.answers(found, context)) return found
  }
  const why = `no ${options.isInsecure(path) ? '' : 'secure '}protocol found for repository`
  throw new Failure('upstream-unreachable', { asked: path, who: place, why })
}

async function byPage(path: string, { options, context }: Search): Promise<RepositoryRoot> {
  const { pages, isInsecure, takesPlain = false } = options
  const ask = (of: string, fresh: boolean) => pages.get(of, context.signal, fresh)
  let page = await ask(path, context.fresh ?? false)
  let found = importOf(path, page)
  if (found.prefix !== path && !(await confirms(path, found, ask))) {
    // One of the two may be old; the repository has moved between them.
    page = await ask(path, true)
    found = importOf(path, page)
    if (found.prefix !== path && !(await confirms(path, found, ask, true))) {
      throw invalid(
        path,
        page,
        `${page.url} and https://${found.prefix}?go-get=1 disagree about go-import for ${found.prefix}`,
      )
    }
  }
  // As whoever connects asks, who knows the root only.
  return rootOf(path, found, { page, insecure: takesPlain || isInsecure(withoutSlash(found.prefix)) })
}

/** What a page says of the path. Throws a Failure `module-not-found` where it says nothing. */
function importOf(path: string, page: ImportPage): GoImport {
  const { imports, flaw, url, status } = page
  if (imports.length === 0 && status !== 200) throw refusal(path, page)
  // What go cannot read says nothing to go, and so there is no module: a page that was cut off did not come here.
  if (imports.length === 0 && flaw !== undefined)
    throw notFound(path, unrecognized(path, `parsing ${path}: ${flaw}`), url)
  const match = matchImport(imports, path)
  if (match.kind === 'match') return match.import
  if (match.kind === 'several') throw invalid(path, page, `multiple meta tags match import path "${path}"`)
  const others = match.others
    .slice(0, 3)
    .map((prefix) => `meta tag ${prefix.slice(0, 200)} did not match import path ${path}`)
  throw notFound(path, unrecognized(path, `parse ${url}: no go-import meta tags (${others.join(', ')})`), url)
}

/**
 * Whether the page of the prefix says the same, so that nobody speaks for a path above his own. Throws a Failure where that page cannot
 * be had: who was not heard has not confirmed.
 */
async function confirms(
  path: string,
  claimed: GoImport,
  ask: (path: string, fresh: boolean) => Promise<ImportPage>,
  fresh = false,
): Promise<boolean> {
  requireImportPath(path, claimed.prefix)
  const page = await ask(claimed.prefix, fresh)
  if (page.imports.length === 0 && ![200, 404, 410].includes(page.status)) throw refusal(claimed.prefix, page)
  const match = matchImport(page.imports, path)
  return match.kind === 'match' && isSameImport(match.import, claimed)
}

/** Go takes a prefix that ends in a slash for what stands before it, and asks the page with the slash. */
const withoutSlash = (prefix: string): string => prefix.replace(/\/$/, '')

function requireImportPath(path: string, prefix: string): void {
  try {
    checkImportPath(withoutSlash(prefix))
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
    throw new Failure('discovery-invalid', { asked: path, who: 'modgate', why: `invalid prefix: ${error.message}` })
  }
}

function rootOf(
  path: string,
  { prefix, vcs, repository, subdirectory }: GoImport,
  { page, insecure }: { readonly page: ImportPage; readonly insecure: boolean },
): RepositoryRoot {
  if (vcs === 'bzr') throw unsupported(path, vcs, page.url)
  if (vcs !== 'mod' && !isVersionControl(vcs)) throw invalid(path, page, `unknown vcs ${shown(vcs)}`)
  const url = repositoryURL(repository, vcs, insecure)
  if (typeof url === 'string') throw invalid(path, page, `invalid repo root ${shown(repository)}: ${url}`)
  return { vcs, url: repository, root: withoutSlash(prefix), subdirectory: subdirectoryOf(path, page, subdirectory) }
}

/**
 * The subdirectory as it names files: Go refuses a leading slash or hyphen, and cleans the rest; what leads out of the repository, and a
 * name that no file of a module could have, is refused as well.
 */
function subdirectoryOf(path: string, page: ImportPage, subdirectory: string): string {
  const first = subdirectory.charAt(0)
  const refuse = (why: string) => invalid(path, page, `invalid subdirectory ${shown(subdirectory)}: ${why}`)
  if (first === '/' || first === '-') throw refuse(first === '/' ? 'leading slash' : 'leading hyphen')
  const cleaned = subdirectory
    .split('/')
    .filter((element) => element !== '' && element !== '.')
    .join('/')
  if (cleaned === '') return ''
  try {
    checkFilePath(cleaned)
  } catch (error) {
    throw error instanceof ModuleError ? refuse(error.message) : error
  }
  return cleaned
}

const statusCodes: Readonly<Record<number, FailureCode>> = {
  401: 'upstream-unauthorized',
  403: 'upstream-denied',
  404: 'module-not-found',
  410: 'module-not-found',
  429: 'upstream-rate-limited',
  503: 'upstream-unavailable',
  504: 'upstream-timeout',
}

function refusal(path: string, { url, status }: ImportPage): Failure {
  const why = unrecognized(path, `reading ${url}: ${status}`)
  return new Failure(statusCodes[status] ?? 'upstream-error', { asked: path, who: url, why })
}

/** What a page wrote, in quotes, and no more of it than anybody reads. */
const shown = (text: string): string => quote(text.slice(0, 200))

const unrecognized = (path: string, why: string): string => `unrecognized import path "${path}": ${why}`

function notFound(path: string, why: string, who: string): Failure {
  return new Failure('module-not-found', { asked: path, who, why })
}

function invalid(path: string, { url }: ImportPage, why: string): Failure {
  return new Failure('discovery-invalid', { asked: path, who: url, why: unrecognized(path, why) })
}

function unsupported(path: string, vcs: string, place: string): Failure {
  return new Failure('vcs-unsupported', { asked: path, who: place.slice(0, 200), why: `${vcs} is not supported` })
}
