/**
 * Settings in YAML: mappings and lists of variables wherever they stand, and shell text in any other string. The tree is walked as
 * it is written. Only an alias of a value is followed, one of a mapping or a list is not, so that nothing unfolds: its settings are found
 * where they are written.
 */

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, Scalar, type Pair } from 'yaml'
import { addSetting, assignment, isAudited, type Scan, type Spot } from './written-setting.ts'
import { mentionsSettings, scanShell } from './shell.ts'

const maxNodes = 50_000
const maxDepth = 60

interface Walk {
  readonly scan: Scan
  readonly system: string
  readonly text: string
  readonly lines: LineCounter
  /** Values that have an anchor, by its name; the last one of a name counts. */
  readonly anchors: Map<string, Scalar>
  nodes: number
}

/** Reads all documents of a YAML file. */
export function scanYaml(scan: Scan, system: string, text: string): void {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
    uniqueKeys: false,
  })
  if (!Array.isArray(documents)) return
  const walk: Walk = { scan, system, text, lines, anchors: new Map(), nodes: 0 }
  for (const document of documents) {
    walk.anchors.clear()
    const [error] = document.errors
    if (error) scan.problems.push(`${scan.file}:${lines.linePos(error.pos[0]).line}: is not YAML that can be read`)
    visit(walk, document.contents, [])
  }
  if (walk.nodes > maxNodes)
    scan.problems.push(`${scan.file}: has more than ${maxNodes} parts; the rest was not looked at`)
}

function visit(walk: Walk, node: unknown, path: readonly string[]): void {
  if (++walk.nodes > maxNodes || path.length > maxDepth) return
  anchored(walk, node)
  if (isMap(node)) {
    if (!namedVariable(walk, node.items, path)) for (const pair of node.items) visitPair(walk, pair, path)
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) visit(walk, item, [...path, stepName(item) ?? String(index + 1)])
  } else if (isScalar(node) && typeof node.value === 'string') visitText(walk, node as Scalar<string>, path)
}

function visitPair(walk: Walk, { key, value }: Pair, path: readonly string[]): void {
  const name = isScalar(key) ? String(key.value) : ''
  if (!isAudited(name)) {
    visit(walk, value, [...path, name])
    return
  }
  // GitLab lets a variable have a description beside its value.
  const inner = anchored(walk, isMap(value) ? value.get('value', true) : value)
  if (isScalar(inner)) addScalar(walk, name, inner, { path, line: lineOf(walk, key as Scalar) })
}

/** The value that an alias stands for; any other node is itself, and is remembered by its anchor. */
function anchored({ anchors }: Walk, node: unknown): unknown {
  if (isAlias(node)) return anchors.get(node.source) ?? node
  if (isScalar(node) && node.anchor !== undefined) anchors.set(node.anchor, node)
  return node
}

/** `- name: GOSUMDB` with its `value: off`. */
function namedVariable(walk: Walk, items: readonly Pair[], path: readonly string[]): boolean {
  const part = (wanted: string) => items.find(({ key }) => isScalar(key) && key.value === wanted)?.value
  const [name, value] = [part('name'), anchored(walk, part('value'))]
  if (!isScalar(name) || !isScalar(value) || typeof name.value !== 'string' || !isAudited(name.value)) return false
  addScalar(walk, name.value, value, { path: path.slice(0, -1), line: lineOf(walk, name) })
  return true
}

function addScalar(
  walk: Walk,
  name: string,
  scalar: Scalar,
  at: { readonly path: readonly string[]; readonly line: number },
): void {
  // YAML 1.1 reads `off` as false; what stands there is what CI systems hand on.
  const text = scalar.value === null ? '' : typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '')
  const known = !/\$\{\{|\$\(|\$\{?[A-Za-z_]|<</.test(text)
  addSetting(walk.scan, name, { text, known }, { line: at.line, ...spotOf(walk.system, at.path) })
}

function visitText(walk: Walk, node: Scalar<string>, path: readonly string[]): void {
  if (!mentionsSettings(node.value)) return
  const line = lineOf(walk, node) + (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED' ? 1 : 0)
  const given = assignment(node.value)
  const last = path.at(-2) ?? ''
  if (given && isAudited(given.name) && /^(environment|env|args|build-args|containerEnv)$/.test(last)) {
    addScalar(walk, given.name, Object.assign(new Scalar(given.value), {}), { path: path.slice(0, -1), line })
    return
  }
  const step = spotOf(walk.system, [...path.slice(0, -1), 'env'])
  const job = spotOf(walk.system, jobOf(path))
  const lasting = { ...job, where: `${job.where} from here on` }
  scanShell(walk.scan, node.value, { line, exported: step, lasting })
}

/** The path of the job that a step belongs to; the steps of a composite action are one. */
function jobOf(path: readonly string[]): readonly string[] {
  return path[0] === 'jobs' ? [...path.slice(0, 2), 'env'] : path[0] === 'runs' ? ['env'] : [...path.slice(0, 1), 'env']
}

function spotOf(system: string, path: readonly string[]): Omit<Spot, 'line'> {
  const holder = /^(env|environment|variables|vars|containerEnv|args|build-args)$/.test(path.at(-1) ?? '')
    ? path.slice(0, -1)
    : path
  const step = holder.indexOf('steps')
  const job = holder[0] === 'jobs' || holder[0] === 'services' ? holder[1] : holder[0]
  if (holder.length === 0 || job === undefined)
    return { reach: 'file', scope: [], where: `the whole ${wholeOf(system)}` }
  if (step >= 0 && holder[step + 1] !== undefined)
    return {
      reach: 'step',
      scope: holder,
      where: `step ${holder[step + 1]}${holder[0] === 'jobs' ? ` of job ${job}` : ''}`,
    }
  return { reach: 'job', scope: holder, where: holder[0] === 'services' ? `service ${job}` : `job ${job}` }
}

function wholeOf(system: string): string {
  return system === 'GitHub Actions' || system === 'Gitea Actions'
    ? 'workflow'
    : system === 'Compose' || system === 'Taskfile'
      ? 'file'
      : 'pipeline'
}

/** What a step of a list is called. */
function stepName(item: unknown): string | undefined {
  if (!isMap(item)) return undefined
  const name: unknown = item.get('name') ?? item.get('id')
  return typeof name === 'string' && name !== '' ? name.slice(0, 80) : undefined
}

function lineOf({ lines }: Walk, { range }: Scalar): number {
  return lines.linePos(range?.[0] ?? 0).line
}
