import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { loopbackCertificate } from '../certificate.ts'
import { corpusUpstream, type Upstream } from '../upstream.ts'
import { type Fault, status } from '../fault.ts'
import { type Finished, ownProcess } from '../process.ts'
import { type KnownFailure, type Scene, settings } from './scene.ts'
import { connectProxy } from './servers.ts'

const module = 'github.com/team/lib'
const direct = { GOPROXY: 'direct', GOSUMDB: 'off' }
const lookup = `mod download ${module}@v9.9.9`

/** Without a proxy: version control and the pages of vanity import paths. */
export const directFetches: readonly KnownFailure[] = [
  {
    id: 'MG1028',
    values: { module, version: 'v9.9.9' },
    make: async (scene) => git(scene, await repository(scene)),
  },
  {
    id: 'MG1056',
    values: { module, host: '127.0.0.1' },
    make: (scene) => {
      scene.upstream.fault('*', status(401, '', { 'www-authenticate': 'Basic realm="git"' }))
      return git(scene, scene.upstream.url)
    },
  },
  {
    id: 'MG1103',
    values: { module },
    make: (scene) => git(scene, scene.upstream.url),
  },
  {
    id: 'MG1057',
    values: { module },
    make: async (scene) => {
      const { url } = await corpusUpstream(scene.t, { tls: await loopbackCertificate(scene.t) })
      return git(scene, url)
    },
  },
  {
    id: 'MG1058',
    values: { module, host: '127.0.0.1' },
    make: (scene) => ssh(scene, 'ssh: connect to host 127.0.0.1 port 22: Connection refused'),
  },
  { id: 'MG1059', values: { module, host: 'nosuch..example' }, make: (scene) => git(scene, 'http://nosuch..example') },
  { id: 'MG1102', values: { module }, make: (scene) => ssh(scene, 'git@127.0.0.1: Permission denied (publickey).') },
  { id: 'MG1104', values: { module }, make: (scene) => ssh(scene, 'Host key verification failed.') },
  vanity('MG1060', status(404), { module: 'vanity.example/lib', url: 'https://vanity.example/lib?go-get=1' }),
  settings('MG1061', ['mod download vanity..example/lib@v1.0.0', direct]),
  vanity('MG1062', status(200, '<html></html>', { 'content-type': 'text/html' }), { module: 'vanity.example/lib' }),
  vanity(
    'MG1110',
    status(
      200,
      `<meta name="go-import" content="vanity.example/lib git https://a.example/x"><meta name="go-import" content="vanity.example/lib git https://b.example/x">`,
    ),
    { module: 'vanity.example/lib' },
  ),
  {
    id: 'MG1144',
    values: { path: 'vanity.example/lib/sub', prefix: 'vanity.example/lib' },
    make: (scene) =>
      askPages(scene, 'vanity.example/lib/sub', (site) => {
        site.fault('/lib?*', importTag('https://a.example/x'))
        site.fault('/lib/sub?*', importTag('https://b.example/x'))
      }),
  },
  {
    id: 'MG1142',
    values: { module, command: 'ls-remote' },
    make: (scene) => git(scene, scene.upstream.url, undefined, { GIT_ALLOW_PROTOCOL: 'none' }),
  },
  settings(
    'MG1063',
    [`mod download ${module}@v1.0.0`, { ...direct, GOPRIVATE: 'github.com/team', GOVCS: 'private:hg' }],
    { module, vcs: 'git' },
  ),
  settings('MG1064', [`mod download ${module}@v1.0.0`, { ...direct, GOVCS: 'foo' }], { entry: 'foo' }),
  {
    id: 'MG1065',
    make: async ({ go, run }) => run(lookup, { ...direct, PATH: join(go.directory, 'nothing') }),
  },
  {
    id: 'MG1112',
    values: { module },
    make: async (scene) => {
      const place = await repository(scene)
      const head = await ownProcess(scene.t, ['git', 'rev-parse', 'HEAD'], {
        cwd: new URL(`${place}/team/lib`).pathname,
        env: scene.go.env,
      }).ended
      return git(scene, place, `${module}@v0.0.0-20200101000000-${head.stdout.slice(0, 12)}`)
    },
  },
  {
    id: 'MG1111',
    make: async (scene) => git(scene, await repository(scene), undefined, { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' }),
  },
  {
    id: 'MG1132',
    values: { module },
    make: async (scene) => git(scene, await repository(scene, `${module}/v2`), `${module}@v0.1.0`),
  },
  {
    id: 'MG1133',
    values: { module: `${module}/sub` },
    make: async (scene) => git(scene, await repository(scene), `${module}/sub@v0.1.0`),
  },
  settings('MG1134', ['mod download git.example/team/lib.git@v1.0.0', { ...direct, GIT_ALLOW_PROTOCOL: 'none' }]),
]

/** `git` is sent to another place for the host of the module, as a user's own `insteadOf` would. */
function git(
  { run }: Scene,
  place: string,
  query = `${module}@v9.9.9`,
  more: Record<string, string> = {},
): Promise<Finished> {
  const config = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.${place}/.insteadOf`,
    GIT_CONFIG_VALUE_0: 'https://github.com/',
  }
  return run(`mod download ${query}`, { ...direct, ...config, GIT_ALLOW_PROTOCOL: 'http:https:ssh:file', ...more })
}

/** A stand-in for ssh says what ssh says; the rest is git's. */
async function ssh(scene: Scene, words: string): Promise<Finished> {
  await scene.go.write({ ssh: `#!/bin/sh\necho '${words}' >&2\nexit 255\n` })
  const script = join(scene.go.directory, 'ssh')
  await chmod(script, 0o755)
  return git(scene, 'ssh://git@127.0.0.1', undefined, { GIT_SSH_COMMAND: script })
}

/** A directory with the repository of the module, as a file URL. */
async function repository({ t, go }: Scene, path = module): Promise<string> {
  const cwd = join(go.directory, 'origin/team/lib')
  await go.write({ 'origin/team/lib/go.mod': `module ${path}\n` })
  const identity = ['-c', 'user.name=n', '-c', 'user.email=e@test.example']
  for (const words of ['init -q', 'add .', 'commit -q -m first', 'tag v0.1.0', 'tag sub/v0.1.0']) {
    await ownProcess(t, ['git', ...identity, ...words.split(' ')], { cwd, env: { ...go.env } }).ended
  }
  return `file://${join(go.directory, 'origin')}`
}

function vanity(id: string, page: Fault, values: Readonly<Record<string, string>>): KnownFailure {
  return { id, values, make: (scene) => askPages(scene, 'vanity.example/lib', (site) => void site.fault('*', page)) }
}

/** A direct fetch of a vanity import path, whose host is played by `site` behind an HTTP proxy. */
async function askPages({ t, run }: Scene, path: string, pages: (site: Upstream) => void): Promise<Finished> {
  const site = await corpusUpstream(t, { tls: await loopbackCertificate(t) })
  pages(site)
  const proxy = await connectProxy(t, Number(new URL(site.url).port))
  return run(`mod download ${path}@v1.0.0`, { ...direct, GOINSECURE: 'vanity.example', HTTPS_PROXY: proxy })
}

function importTag(repository: string): Fault {
  const tag = `<meta name="go-import" content="vanity.example/lib git ${repository}">`
  return status(200, tag, { 'content-type': 'text/html' })
}
