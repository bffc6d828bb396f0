/** What the repositories below a directory need: their go.mod and go.sum files, read as they stand. Nothing in them is run. */

import { join, resolve } from 'node:path'
import { ErrorList } from '@modgate/gomod/modfile'
import { mergeWanted, wantedOfGoMod, wantedOfSum, type WantedList } from '../bundle/wanted.ts'
import { Failure } from '../core/failure.ts'
import { diskFiles, type RepositoryFiles } from '../inspect/evidence/repository-files.ts'
import type { CommandLine } from './context.ts'

const maxDirectories = 200_000
const maxFileBytes = 64 << 20
/** `testdata` has modules that are made to be wrong, and no build looks into it. */
const passedOver = /^(node_modules|vendor|testdata|\..*|_.*)$/

/** Throws a Failure where the directory is not there, or has no module. Files that do not parse are told as refused. */
export async function repositoryModules({ machine }: CommandLine, named: string): Promise<WantedList> {
  const files = await diskFiles(resolve(machine.cwd, named)).catch((error: unknown) => {
    throw unusable(named, (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'cannot be read')
  })
  const lists: WantedList[] = []
  for await (const path of moduleFiles(files)) lists.push(await wantedOf(files, path, join(named, path)))
  if (lists.length === 0) throw unusable(named, 'has no go.mod and no go.sum below it')
  const refused = lists.flatMap((list) => list.refused)
  return { modules: mergeWanted(...lists.map((list) => list.modules)), refused }
}

async function* moduleFiles(files: RepositoryFiles): AsyncIterable<string> {
  const queue = ['']
  for (let at = 0; at < Math.min(queue.length, maxDirectories); at++) {
    const path = queue[at]!
    const below = (name: string) => (path === '' ? name : `${path}/${name}`)
    for (const { name, kind } of await files.list(path)) {
      if (kind === 'directory' && !passedOver.test(name)) queue.push(below(name))
      if (kind === 'file' && /^go\.(mod|sum|work\.sum)$/.test(name)) yield below(name)
    }
  }
}

async function wantedOf(files: RepositoryFiles, path: string, shown: string): Promise<WantedList> {
  const read = await files.read(path, maxFileBytes)
  if (!('text' in read)) return refusedFile(shown, `is not ${read.not}`)
  try {
    return path.endsWith('.mod') ? wantedOfGoMod(read.text, shown) : wantedOfSum(read.text, shown)
  } catch (error) {
    if (!(error instanceof ErrorList)) throw error
    return refusedFile(shown, error.message.replaceAll(/\s*\n\s*/g, ' ').trim())
  }
}

function refusedFile(asked: string, why: string): WantedList {
  return { modules: [], refused: [new Failure('go-mod-broken', { asked, who: 'modgate', why })] }
}

function unusable(named: string, why: string): Failure {
  const next = 'name a directory of repositories'
  return new Failure('usage', { asked: `--repositories ${named}`, who: 'modgate', why, next })
}
