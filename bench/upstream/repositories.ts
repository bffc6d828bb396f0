/** The repositories that git rows ask for: made once by `git fast-import`, the same on every machine, packed as a host would keep them. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A repository with a long history, at a host whose paths name their repository. */
export const long = { path: 'github.com/bench/long', commits: 10_000, tags: 300, files: 400 } as const

/** Small repositories of one company, at a host whose pages say where they are. */
export const codeHost = 'code.bench.test'
export const team = Array.from({ length: 64 }, (_, at) => {
  return { path: `${codeHost}/team/m${String(at).padStart(2, '0')}`, commits: 60, tags: 12, files: 24 } as const
})

/** Version of a tag, from 1 on. */
export const versionOf = (tag: number): string => `v1.${tag}.0`

/** What is required of each module of the team: a tag in the middle of its history. */
export const teamVersion = versionOf(9)

interface Plan {
  readonly path: string
  readonly commits: number
  readonly tags: number
  readonly files: number
}

/** Changed whenever what is made changes. */
const edition = 1

/** Makes the repositories below `directory`, `<host>/<path>.git` each, where they are not there yet. Resolves to `directory`. */
export async function repositories(directory: string): Promise<string> {
  const done = join(directory, 'complete')
  const wanted = JSON.stringify({ edition, plans: [long, ...team] })
  if ((await readFile(done, 'utf8').catch(() => '')) === wanted) return directory
  await rm(directory, { recursive: true, force: true })
  for (const plan of [long, ...team]) await make(join(directory, `${plan.path}.git`), plan)
  await writeFile(done, wanted)
  return directory
}

async function make(repository: string, plan: Plan): Promise<void> {
  await mkdir(repository, { recursive: true })
  await git(repository, ['init', '--quiet', '--bare', '--template=', '-b', 'main'])
  await git(repository, ['config', 'uploadpack.allowFilter', 'true'])
  await git(repository, ['fast-import', '--quiet', '--force'], history(plan))
  await git(repository, ['repack', '-a', '-d', '-q', '--write-bitmap-index'])
  await git(repository, ['pack-refs', '--all'])
}

/** Each commit changes two files; tags stand at equal distances. `release` is `main`, whose last commit has no tag. */
function* history({ path, commits, tags, files }: Plan): Generator<string> {
  const every = Math.floor((commits - 1) / tags)
  for (let commit = 1; commit <= commits; commit++) {
    yield `commit refs/heads/main\nmark :${commit}\ncommitter Bench <bench@bench.test> ${1_600_000_000 + commit * 600} +0000\n`
    yield data(`change ${commit}`)
    if (commit === 1) yield `M 100644 inline go.mod\n${data(`module ${path}\n\ngo 1.22\n`)}`
    const changed = commit === 1 ? Array.from({ length: files }, (_, file) => file) : [commit, commit * 7 + 3]
    for (const file of changed) yield sourceFile(file % files, commit)
    yield '\n'
    const tag = commit / every
    if (Number.isInteger(tag) && tag <= tags) yield `reset refs/tags/${versionOf(tag)}\nfrom :${commit}\n\n`
  }
  yield `reset refs/heads/release\nfrom :${commits}\n\n`
}

function sourceFile(file: number, commit: number): string {
  const name = `p${file % 20}/file${file}.go`
  // Text that shrinks to about a third, most of which stays from one commit to the next.
  const lines = Array.from({ length: 60 }, (_, line) => {
    const seed = line % 20 === commit % 20 ? `${file} ${line} ${commit}` : `${file} ${line}`
    const word = createHash('sha1').update(seed).digest('hex')
    return `func F${line}_${word.slice(0, 8)}() string { return "${word.slice(8, 28)}" }`
  })
  return `M 100644 inline ${name}\n${data(`package p${file % 20}\n\n${lines.join('\n')}\n`)}`
}

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`

const environment = {
  PATH: process.env['PATH'],
  HOME: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
}

async function git(repository: string, args: readonly string[], input: Iterable<string> = []): Promise<void> {
  const child = spawn('git', args, { cwd: repository, env: environment, stdio: ['pipe', 'ignore', 'inherit'] })
  const ended = once(child, 'close')
  for (const part of input) if (!child.stdin.write(part)) await once(child.stdin, 'drain')
  child.stdin.end()
  const [code] = (await ended) as [number | null]
  if (code !== 0) throw new Error(`git ${args[0]} in ${repository} ended with ${code}`)
}
