/**
 * `<meta name="go-import" content="prefix vcs repository [subdirectory]">`: what a page says of import paths
 * (https://go.dev/ref/mod#serving-from-proxy, `go help importpath`).
 */

import { MarkupError, tagsOf, type Tag } from './markup.ts'

/** One tag, its fields as they are written. */
export interface GoImport {
  readonly prefix: string
  readonly vcs: string
  readonly repository: string
  /** Empty for the root of the repository. */
  readonly subdirectory: string
}

export interface GoImports {
  /** Entries of kind `mod` come first; where a prefix has one, its others do not count. */
  readonly imports: readonly GoImport[]
  /** Why the page could not be read to the end of its head; what stood before that counts all the same. */
  readonly flaw?: string
}

/** A flaw may quote a name as long as the page. */
const maxFlaw = 200

/** The imports in the head of a page: reading ends where the head does, or a body begins. Never throws. */
export function goImports(page: Uint8Array): GoImports {
  const found: GoImport[] = []
  try {
    for (const tag of tagsOf(page)) {
      if (endsHead(tag)) break
      const fields = fieldsOf(tag)
      if (fields) found.push(fields)
    }
  } catch (error) {
    if (!(error instanceof MarkupError)) throw error
    return { imports: modFirst(found), flaw: error.message.slice(0, maxFlaw) }
  }
  return { imports: modFirst(found) }
}

/** What a page says of a path: the one import that holds for it, or why there is none. */
export type ImportMatch =
  | { readonly kind: 'match'; readonly import: GoImport }
  | { readonly kind: 'none'; readonly others: readonly string[] }
  | { readonly kind: 'several' }

/** The import whose prefix is a prefix of the path, element by element. Two of them are one too many, whatever they say. */
export function matchImport(imports: readonly GoImport[], path: string): ImportMatch {
  const matching = imports.filter(({ prefix }) => isPathPrefix(prefix, path))
  const [first, second] = matching
  if (!first) return { kind: 'none', others: imports.map(({ prefix }) => prefix) }
  if (second && !(first.vcs === 'mod' && second.vcs !== 'mod')) return { kind: 'several' }
  return { kind: 'match', import: first }
}

/** Whether two tags say the same. */
export function isSameImport(one: GoImport, other: GoImport): boolean {
  return (['prefix', 'vcs', 'repository', 'subdirectory'] as const).every((field) => one[field] === other[field])
}

function endsHead({ kind, name }: Tag): boolean {
  return kind === 'start' ? name.toLowerCase() === 'body' : name.toLowerCase() === 'head'
}

function fieldsOf(tag: Tag): GoImport | undefined {
  if (tag.kind !== 'start' || tag.name.toLowerCase() !== 'meta') return undefined
  const valueOf = (wanted: string) => tag.attributes.find(({ name }) => name.toLowerCase() === wanted)?.value ?? ''
  if (valueOf('name') !== 'go-import') return undefined
  const [prefix, vcs, repository, subdirectory = '', ...rest] = wordsOf(valueOf('content'))
  if (prefix === undefined || vcs === undefined || repository === undefined || rest.length > 0) return undefined
  return { prefix, vcs, repository, subdirectory }
}

/** Go's idea of space (unicode.IsSpace), which has U+0085 and no U+FEFF. */
function wordsOf(text: string): readonly string[] {
  return text.split(/[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/).filter(Boolean)
}

function modFirst(imports: readonly GoImport[]): readonly GoImport[] {
  const mods = imports.filter(({ vcs }) => vcs === 'mod')
  const prefixes = new Set(mods.map(({ prefix }) => prefix))
  return [...mods, ...imports.filter(({ vcs, prefix }) => vcs !== 'mod' && !prefixes.has(prefix))]
}

function isPathPrefix(prefix: string, path: string): boolean {
  return path === prefix || (path.startsWith(prefix) && (prefix.endsWith('/') || path[prefix.length] === '/'))
}
