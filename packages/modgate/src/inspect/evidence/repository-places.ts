/** Where a repository comes from: its remotes, submodules, go.mod files, and what the CI system says of it. */

import { modulePath, parseLax } from '@modgate/gomod/modfile'
import { pathsOf, type Machine } from '../../config/index.ts'
import type { Runner } from '../../core/ports.ts'
import type { NamedPath, NamedUrl, RepositoryPlaces } from '../remotes/private-patterns.ts'
import { readGitConfig, subsections, type GitConfig } from './git-config.ts'

/** What CI systems call the URL of the repository that they build. */
const ciVariables = [
  'CI_REPOSITORY_URL',
  'CI_PROJECT_URL',
  'BUILD_REPOSITORY_URI',
  'GIT_URL',
  'BITBUCKET_GIT_HTTP_ORIGIN',
]

const maxGoMods = 200

/** Collects it for the repository around a directory. Without git, what go.mod and the CI system say is all there is. */
export async function readRepositoryPlaces(
  machine: Machine,
  runner: Runner,
  directory = machine.cwd,
): Promise<RepositoryPlaces> {
  const config = await readGitConfig(runner, directory)
  const root = await topLevel(runner, directory)
  const remotes = config ? remotesOf(config) : []
  const { modules, requires } = await goMods(machine, runner, root ?? directory)
  return {
    remotes: [...remotes, ...(await submodules(machine, runner, { root, remotes })), ...ciRemotes(machine)],
    rewrites: config ? subsections(config, 'url', 'insteadof').map(([base, prefix]) => ({ base, prefix })) : [],
    aliases: sshAliases((await machine.readFile(pathsOf(machine).join(machine.home, '.ssh', 'config'))) ?? ''),
    modules,
    requires,
  }
}

async function topLevel(runner: Runner, directory: string): Promise<string | undefined> {
  const argv = ['git', '-c', 'safe.directory=*', '-C', directory, 'rev-parse', '--show-toplevel'] as const
  const { code, stdout } = await runner.run(argv, { timeoutMs: 10_000 })
  return code === 0 ? stdout.replace(/\r?\n$/, '') : undefined
}

function remotesOf(config: GitConfig): readonly NamedUrl[] {
  return subsections(config, 'remote', 'url').map(([name, url]) => ({ place: `remote ${name}`, url }))
}

/** A submodule's URL may be relative to the repository's own (`../lib.git`). */
async function submodules(
  machine: Machine,
  runner: Runner,
  { root, remotes }: { readonly root: string | undefined; readonly remotes: readonly NamedUrl[] },
): Promise<readonly NamedUrl[]> {
  const file = root === undefined ? undefined : pathsOf(machine).join(root, '.gitmodules')
  if (root === undefined || file === undefined || (await machine.realPath(file)) === undefined) return []
  const config = await readGitConfig(runner, root, file)
  const origin = remotes.find(({ place }) => place === 'remote origin') ?? remotes[0]
  const urls = config ? subsections(config, 'submodule', 'url') : []
  return urls.map(([name, url]) => ({ place: `submodule ${name}`, url: origin ? resolved(url, origin.url) : url }))
}

/** As git submodule does it: one element of the remote's path for each `../`. */
function resolved(url: string, remote: string): string {
  if (!/^\.\.?\//.test(url)) return url
  let base = remote.replace(/\/+$/, '')
  let rest = url
  for (let up = /^\.(\.?)\//.exec(rest); up; up = /^\.(\.?)\//.exec(rest)) {
    rest = rest.slice(up[0].length)
    if (up[1] === '.') base = base.replace(/([/:])[^/:]*$/, (_, mark: string) => (mark === ':' ? ':' : ''))
  }
  return base.endsWith(':') ? base + rest : `${base}/${rest}`
}

function ciRemotes({ environment }: Machine): readonly NamedUrl[] {
  const direct = ciVariables.flatMap((name) => {
    const url = environment[name] ?? ''
    return url === '' ? [] : [{ place: name, url }]
  })
  const server = environment['GITHUB_SERVER_URL'] ?? ''
  const repository = environment['GITHUB_REPOSITORY'] ?? ''
  if (server === '' || repository === '') return direct
  return [...direct, { place: 'GITHUB_REPOSITORY', url: `${server}/${repository}` }]
}

/** `Host` names without wildcards and the `HostName` below each (ssh_config(5)). */
function sshAliases(text: string): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>()
  let hosts: readonly string[] = []
  for (const line of text.split('\n').slice(0, 10_000)) {
    const [, keyword = '', value = ''] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)"?([^"]*?)"?\s*$/.exec(line) ?? []
    if (/^(host|match)$/i.test(keyword)) {
      hosts = /^match$/i.test(keyword) ? [] : value.split(/\s+/).filter((host) => !/[*?!]/.test(host))
    } else if (/^hostname$/i.test(keyword) && !value.includes('%')) {
      for (const host of hosts)
        if (!aliases.has(host.toLowerCase())) aliases.set(host.toLowerCase(), value.toLowerCase())
    }
  }
  return aliases
}

/** The go.mod files that git knows, and the one at the root also where git says nothing. */
async function goMods(
  machine: Machine,
  runner: Runner,
  root: string,
): Promise<{ modules: readonly NamedPath[]; requires: readonly NamedPath[] }> {
  const modules: NamedPath[] = []
  const requires: NamedPath[] = []
  for (const place of [...new Set(['go.mod', ...(await listedGoMods(runner, root))])].slice(0, maxGoMods)) {
    const text = await machine.readFile(pathsOf(machine).join(root, place))
    if (text === undefined) continue
    const path = modulePath(text)
    if (path !== '') modules.push({ place, path })
    requires.push(...requiredBy(text, place))
  }
  return { modules, requires }
}

const goModPathspecs = [':(glob)**/go.mod', ':(exclude,glob)**/testdata/**', ':(exclude,glob)**/vendor/**']

async function listedGoMods(runner: Runner, root: string): Promise<readonly string[]> {
  const where = ['git', '-c', 'safe.directory=*', '-C', root] as const
  const what = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--'] as const
  const { code, stdout } = await runner.run([...where, ...what, ...goModPathspecs], { timeoutMs: 20_000 })
  return code === 0 ? stdout.split('\0').filter((file) => file !== '') : []
}

/** A go.mod that does not parse still names its module; what it requires is then not known. */
function requiredBy(text: string, place: string): readonly NamedPath[] {
  try {
    return parseLax(place, text).require.map(({ path }) => ({ place, path }))
  } catch {
    return []
  }
}
