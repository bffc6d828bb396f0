/** Repositories made by git itself, the same on every machine: fixed authors, fixed times, no clone of anything. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** What stands under a name: text, bytes, a link, a program, a nested repository, or nothing any more. */
export type TreeEntry =
  string | Uint8Array | { readonly link: string } | { readonly program: string } | { readonly submodule: string } | null

/** Builds the history of one repository, step by step, on a current branch. */
export interface RepositoryBuilder {
  /** Commits changes, an hour after the commit before. */
  commit(files: Readonly<Record<string, TreeEntry>>, options?: { readonly merge?: string; readonly at?: number }): void
  /** Tags the newest commit of the current branch. */
  tag(...names: string[]): void
  annotate(...names: string[]): void
  /** Goes to a branch, which begins at the current commit or at `from`. */
  branch(name: string, from?: string): void
}

const identity = 'A U Thor <author@corpus.example>'
const firstTime = 1_600_000_000

/** The stream of `git fast-import` that the steps make. */
export function historyOf(build: (builder: RepositoryBuilder) => void): Buffer {
  const parts: Buffer[] = []
  const tips = new Map<string, number>()
  const say = (text: string) => parts.push(Buffer.from(text))
  const data = (content: string | Uint8Array) => {
    const bytes = Buffer.from(content as string)
    parts.push(Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n'))
  }
  let current = 'main'
  let mark = 0
  const at = (name = current) => {
    const tip = tips.get(name)
    assert.ok(tip !== undefined, `no commit on ${name} yet`)
    return `:${tip}`
  }
  build({
    commit(files, { merge, at: time = firstTime + mark * 3600 } = {}) {
      say(`commit refs/heads/${current}\nmark :${++mark}\ncommitter ${identity} ${time} +0200\n`)
      data(`commit ${mark}\n`)
      if (tips.has(current)) say(`from ${at()}\n`)
      if (merge !== undefined) say(`merge ${at(merge)}\n`)
      for (const [name, entry] of Object.entries(files)) writeEntry(name, entry, say, data)
      tips.set(current, mark)
    },
    tag(...names) {
      for (const name of names) say(`reset refs/tags/${name}\nfrom ${at()}\n\n`)
    },
    annotate(...names) {
      for (const name of names) {
        say(`tag ${name}\nfrom ${at()}\ntagger ${identity} ${firstTime + 999_999} +0000\n`)
        data(`about ${name}\n`)
      }
    },
    branch(name, from = current) {
      if (tips.has(from) && !tips.has(name)) {
        tips.set(name, tips.get(from)!)
        say(`reset refs/heads/${name}\nfrom ${at(name)}\n\n`)
      }
      current = name
    },
  })
  return Buffer.concat(parts)
}

function writeEntry(
  name: string,
  entry: TreeEntry,
  say: (text: string) => void,
  data: (content: string | Uint8Array) => void,
): void {
  const quoted = `"${name.replace(/[\\"]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`
  if (entry === null) say(`D ${quoted}\n`)
  else if (typeof entry === 'object' && 'submodule' in entry) say(`M 160000 ${entry.submodule} ${quoted}\n`)
  else {
    const [mode, content] = contentOf(entry)
    say(`M ${mode} inline ${quoted}\n`)
    data(content)
  }
}

function contentOf(
  entry: Exclude<TreeEntry, null | { readonly submodule: string }>,
): [mode: string, content: string | Uint8Array] {
  if (typeof entry === 'string' || entry instanceof Uint8Array) return ['100644', entry]
  return 'link' in entry ? ['120000', entry.link] : ['100755', entry.program]
}

const environment = {
  PATH: process.env['PATH'],
  HOME: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
}

/** Runs git in a repository and answers what it printed. */
export function gitIn(directory: string, args: readonly string[], input?: string | Uint8Array): string {
  const options = { cwd: directory, env: environment, maxBuffer: 64 << 20, ...(input === undefined ? {} : { input }) }
  const { status, stdout, stderr } = spawnSync('git', args, options)
  assert.equal(status, 0, `git ${args.join(' ')}: ${stderr.toString()}`)
  return stdout.toString()
}

/** Makes a bare repository with a history. It lets clients leave out what they do not want, as public hosts do. */
export function makeRepository(directory: string, history: Uint8Array, format: 'sha1' | 'sha256' = 'sha1'): void {
  mkdirSync(directory, { recursive: true })
  gitIn(directory, ['init', '--quiet', '--bare', '--template=', '-b', 'main', `--object-format=${format}`])
  gitIn(directory, ['config', 'uploadpack.allowFilter', 'true'])
  gitIn(directory, ['fast-import', '--quiet', '--force'], history)
}
