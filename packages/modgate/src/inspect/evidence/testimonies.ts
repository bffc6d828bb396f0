/** Asks every place that knows a module version for its hashes: this machine's files, the database, the proxies, the repository. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashGoMod } from '@modgate/gomod/dirhash'
import { escapePath, escapeVersion, type ModuleVersion } from '@modgate/gomod/module'
import { absent, heard, type Testimony } from '../mismatch/testimony.ts'
import { hashOfDirectory, hashOfZip } from './archived-files.ts'
import type { Project } from './project.ts'
import { attempt } from './testimony-attempt.ts'
import { originTestimony, type OriginSources } from './testimony-origin.ts'
import { remoteTestimonies, type RemoteSources } from './testimony-remote.ts'

export interface TestimonySources extends RemoteSources {
  readonly project?: Project
  /** GOMODCACHE, absolute. */
  readonly modCache: string
  /** Fetch from the repository itself, with the go and git that are here. */
  readonly origin?: Pick<OriginSources, 'runner' | 'environment'>
}

/** What each of them says; one that cannot be asked says why. Network and processes are bounded in time and size. */
export async function collectTestimonies(sources: TestimonySources): Promise<readonly Testimony[]> {
  const { module, project, origin } = sources
  const [remote, own] = await Promise.all([
    remoteTestimonies(sources),
    origin ? originTestimony({ ...sources, ...origin }) : undefined,
  ])
  return [...(project ? [goSum(module, project)] : []), ...remote, ...(own ? [own] : []), ...(await cached(sources))]
}

function goSum({ path, version }: ModuleVersion, { sum, directory }: Project): Testimony {
  const lines = sum.filter((entry) => entry.path === path && entry.version === version)
  const hashOf = (goMod: boolean) => {
    const line = lines.find((entry) => entry.goMod === goMod)
    return line ? heard(line.h1) : absent('go.sum has no such line')
  }
  const numbers = lines.map(({ line }) => line).join(' and ')
  const place = `${join(directory, 'go.sum')}${numbers === '' ? '' : `, line ${numbers}`}`
  return { witness: 'go.sum', place, zip: hashOf(false), goMod: hashOf(true) }
}

/** The zip and its stored hash, and the directory that it was unpacked into. */
async function cached({ module, modCache }: TestimonySources): Promise<readonly Testimony[]> {
  const [path, version] = [escapePath(module.path), escapeVersion(module.version)]
  const file = (kind: string) => join(modCache, 'cache', 'download', path, '@v', `${version}.${kind}`)
  const zip = hashOfZip(file('zip'), module)
  if (zip.kind === 'absent') return []
  const directory = join(modCache, `${path}@${version}`)
  const read = (name: string) =>
    attempt(async () => heard(await readFile(file(name), 'utf8').then((text) => text.trim())))
  const goMod = await attempt(async () => heard(hashGoMod(await readFile(file('mod')))))
  const stored = await read('ziphash')
  const unpacked = await hashOfDirectory(directory, module)
  const none = absent('no go.mod of its own')
  return [
    { witness: 'cache', place: file('zip'), zip, goMod, archive: file('zip') },
    ...(stored.kind === 'h1'
      ? [{ witness: 'ziphash' as const, place: file('ziphash'), zip: stored, goMod: none }]
      : []),
    ...(unpacked.kind === 'absent'
      ? []
      : [{ witness: 'directory' as const, place: directory, zip: unpacked, goMod: none }]),
  ]
}
