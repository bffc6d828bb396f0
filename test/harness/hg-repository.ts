/** Mercurial repositories made by hg itself, the same on every machine: fixed authors, fixed times. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { realpath, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { output } from '../../tools/components/component.ts'
import type { TreeEntry } from './git-repository.ts'
import { temporaryDirectory } from './temporary.ts'

/** Builds the history of one repository, step by step, on a current branch. */
export interface WorkingBuilder {
  /** Commits changes, an hour after the commit before. */
  commit(files: Readonly<Record<string, Exclude<TreeEntry, { readonly submodule: string }>>>): void
  /** Tags the newest commit of the current branch. */
  tag(...names: string[]): void
  /** Goes to a branch, which begins at the current commit. */
  branch(name: string): void
}

const firstTime = 1_600_000_000

/** hg as tests and the real go run it. */
export interface HgTool {
  readonly environment: Readonly<Record<string, string>>
  /** Runs it in a directory and answers what it printed. */
  readonly run: (directory: string, ...args: readonly string[]) => string
}

/** hg behind chg, its own server that keeps it warm, where that is installed: go starts hg hundreds of times. */
export async function hgTool(t: TestContext): Promise<HgTool> {
  const home = await temporaryDirectory(t)
  const settings = { HOME: home, HGRCPATH: '', HGPLAIN: '1', HGENCODING: 'UTF-8' }
  const path = process.env['PATH']!
  const hg = await realpath((await output('sh', ['-c', 'command -v hg'])).trim())
  const chg = await output('sh', ['-c', 'command -v chg']).catch(() => '')
  const warm = { CHGHG: hg, CHGSOCKNAME: join(home, 'chg'), PATH: `${home}:${path}` }
  const environment = { ...settings, PATH: path, ...(chg === '' ? {} : warm) }
  // Its servers end by themselves when the directory of their sockets is gone.
  if (chg !== '') await symlink(chg, join(home, 'hg'))
  return {
    environment,
    run(directory, ...args) {
      const { status, stdout, stderr } = spawnSync('hg', args, {
        cwd: directory,
        env: environment,
        maxBuffer: 64 << 20,
      })
      assert.equal(status, 0, `hg ${args.join(' ')}: ${stderr.toString()}`)
      return stdout.toString()
    },
  }
}

/** Makes a repository with a history. */
export function makeHgRepository({ run }: HgTool, directory: string, build: (builder: WorkingBuilder) => void): void {
  mkdirSync(directory, { recursive: true })
  run(directory, 'init')
  const branches = new Set(['default'])
  let time = firstTime
  const identity = () => ['--user=A U Thor <author@corpus.example>', `--date=${(time += 3600)} -7200`]
  build({
    commit(files) {
      writeEntries(directory, files)
      run(directory, 'commit', '--addremove', '--message=x', ...identity())
    },
    tag: (...names) => run(directory, 'tag', '--force', ...identity(), ...names),
    branch(name) {
      run(directory, branches.has(name) ? 'update' : 'branch', name)
      branches.add(name)
    },
  })
}

/** Writes into a working directory what stands under each name, or nothing any more. */
export function writeEntries(directory: string, files: Parameters<WorkingBuilder['commit']>[0]): void {
  for (const [name, entry] of Object.entries(files)) {
    const path = join(directory, name)
    rmSync(path, { force: true, recursive: true })
    if (entry === null) continue
    mkdirSync(dirname(path), { recursive: true })
    if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(path, entry)
    else if ('link' in entry) symlinkSync(entry.link, path)
    else {
      writeFileSync(path, entry.program)
      chmodSync(path, 0o755)
    }
  }
}
