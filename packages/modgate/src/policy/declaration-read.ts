/** A declaration as it stands in a file: YAML, every mistake with its place. */

import type { Document, Node } from 'yaml'
import { z } from 'zod'
import { declarationFlaws } from './declaration-flaws.ts'
import type { Declaration } from './declaration.ts'

/** No declaration is larger; YAML is parsed with more memory than its text has. */
const maxLength = 256 * 1024

const names = z.preprocess(
  (given) => (typeof given === 'string' ? given.split(',').map((name) => name.trim()) : (given ?? [])),
  z
    .array(z.string('is not a name').max(256, 'is longer than a name is'), 'is not a list of names')
    .max(1000, 'has too many names'),
)

const gate = z.strictObject(
  {
    name: z
      .string('is not a name')
      .regex(/^[\w.-]+$/, 'has other characters than letters, digits, dots and hyphens')
      .optional(),
    url: z.string('is missing, or no URL').min(1, 'is empty'),
    key: z.string('is not a verifier key').optional(),
    for: names.optional(),
  },
  'is not a gate: it has a url, and maybe name, key and for',
)

const schema = z.strictObject(
  {
    private: names.optional(),
    public: names.optional(),
    gates: z
      .preprocess((given) => given ?? [], z.array(gate, 'is not a list of gates').max(100, 'has too many gates'))
      .optional(),
    upstream: z.string('is not a GOPROXY list').optional(),
  },
  'is not a declaration: it has private, public, gates and upstream',
)

/** What was read, or all that is wrong with it, with places. */
export type ReadDeclaration =
  | { readonly declaration: Declaration; readonly problems?: never }
  | { readonly problems: readonly string[]; readonly declaration?: never }

/** Reads the text of a file; `shown` names it in places. Never throws. */
export async function readDeclaration(text: string, shown: string): Promise<ReadDeclaration> {
  if (text.length > maxLength) return { problems: [`${shown}: is larger than ${maxLength} bytes`] }
  const { LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${shown}:${line}:${col}`
  }
  const broken = document.errors.map((error) => `${placeAt(error.pos[0])}: ${error.message}`)
  if (broken.length > 0) return { problems: broken }
  const placeOf = (path: readonly PropertyKey[]) => placeAt(nodeAt(document, path)?.range?.[0] ?? 0)
  try {
    return checkedDeclaration(document.toJS({ maxAliasCount: 100 }), placeOf)
  } catch (error) {
    return { problems: [`${shown}: ${(error as Error).message}`] }
  }
}

/** Checks plain data, such as flags make. `placeOf` says in words where a part of it comes from. */
export function checkedDeclaration(input: unknown, placeOf: (path: readonly PropertyKey[]) => string): ReadDeclaration {
  const parsed = schema.safeParse(input ?? {})
  if (!parsed.success) {
    return { problems: parsed.error.issues.map((issue) => `${placeOf(issue.path)}: ${issueText(issue)}`) }
  }
  const { private: own = [], public: exceptions = [], gates = [], upstream } = parsed.data
  const declaration: Declaration = {
    private: own.filter((name) => name !== ''),
    public: exceptions.filter((name) => name !== ''),
    gates: gates.map(({ name, url, key, for: kept = [] }) => ({
      ...{ name: name ?? hostOf(url), url, for: kept },
      ...(key === undefined ? {} : { key }),
    })),
    ...(upstream === undefined ? {} : { upstream }),
  }
  const flaws = declarationFlaws(declaration)
  return flaws.length === 0 ? { declaration } : { problems: flaws.map(({ path, why }) => `${placeOf(path)}: ${why}`) }
}

function issueText(issue: z.core.$ZodIssue): string {
  const field = issue.path.filter((part) => typeof part === 'string').at(-1) ?? ''
  if (issue.code !== 'unrecognized_keys') return `${field} ${issue.message}`.trim()
  return `${issue.keys.join(', ').slice(0, 100)} is no part of a declaration: it has private, public, gates (name, url, key, for) and upstream`
}

/** The nearest part of the file that is there. */
function nodeAt(document: Document, path: readonly PropertyKey[]): Node | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined
    if (node?.range) return node
  }
  return document.contents ?? undefined
}

function hostOf(url: string): string {
  try {
    return new URL(url.includes('://') ? url : `https://${url}`).host
  } catch {
    return url
  }
}
