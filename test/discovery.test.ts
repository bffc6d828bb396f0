import assert from 'node:assert/strict'
import { chmod, readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Failure } from '../packages/modgate/src/core/failure.ts'
import { systemClock } from '../packages/modgate/src/core/system.ts'
import { findRoot } from '../packages/modgate/src/source/discovery/find-root.ts'
import { pages } from '../packages/modgate/src/source/discovery/page.ts'
import { rememberedPages } from '../packages/modgate/src/source/discovery/remembered-pages.ts'
import type { Peer } from '../packages/modgate/src/source/peer.ts'
import { Random } from './differential/random.ts'
import { discoveryRows, type DiscoveryRow, type Site } from './harness/discovery-rows.ts'
import { requireComponent } from './harness/components.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { connectProxy, oddCertificate } from './harness/known-failures/servers.ts'

/** Where a module is, in one line: `git https://git.example/x at vanity.example/x sub`, or `nowhere`. */
type Place = string

test('a path leads to the repository, the root and the subdirectory to which it leads the real go, or nowhere', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const rows = discoveryRows(new Random())
  const site: Site = new Map(rows.flatMap((row) => [...row.site]))
  const [theirs, ours] = await Promise.all([
    placesOfGo(t, toolchain, rows, site),
    Promise.all(rows.map(placeOfOurs(site))),
  ])
  const wrong = rows.flatMap((row, index) =>
    theirs[index] === ours[index] ? [] : [{ ...row, go: theirs[index], ours: ours[index] }],
  )
  assert.deepEqual(wrong, [])
  const found = theirs.filter((place) => place !== 'nowhere').length
  assert.ok(found > rows.length / 6 && found < rows.length, `${found} of ${rows.length} lead somewhere`)
})

function placeOfOurs(site: Site): (row: DiscoveryRow) => Promise<Place> {
  const peer: Peer = {
    get: async (url) => {
      const { status, body } = site.get(`${url.host}${url.pathname}`) ?? { status: 404, body: 'not found' }
      const chunks = async function* () {
        yield Buffer.from(body)
      }
      return { url, status, headers: {}, body: chunks(), discard: () => undefined }
    },
    close: async () => undefined,
  }
  const isInsecure = () => false
  const memory = { clock: systemClock, ttlMs: 60_000, absentTtlMs: 60_000, staleMs: 0, deadlineMs: 10_000, limit: 5000 }
  const find = findRoot({
    pages: rememberedPages(pages({ peer, insecurePeer: peer, isInsecure }), memory),
    isInsecure,
    checkHost: async () => undefined,
    answers: async ({ url }) => !url.includes('nobody') && (!url.includes('sshonly') || url.startsWith('ssh:')),
  })
  const context = { id: 'test', trace: { traceId: '', spanId: '', sampled: false }, cachedOnly: false }
  return async ({ path }) => {
    try {
      const { vcs, url, root, subdirectory } = await find(path, { ...context, signal: AbortSignal.timeout(10_000) })
      return [vcs, url, 'at', root, subdirectory].join(' ').trim()
    } catch (error) {
      if (error instanceof Failure && error.kind !== 'internal') return 'nowhere'
      throw error
    }
  }
}

/** Asks go for all of them at once, with version control that only writes down where it was sent. */
async function placesOfGo(
  t: TestContext,
  toolchain: Parameters<typeof goClient>[1]['toolchain'],
  rows: readonly DiscoveryRow[],
  site: Site,
): Promise<readonly Place[]> {
  const go = await goClient(t, { toolchain, proxy: 'direct', sumdb: 'off' })
  const log = join(go.directory, 'log')
  const script = `#!/bin/sh
echo "$(basename "$0") $*" >>'${log}'
case "$*" in
*nobody*) exit 128 ;;
*'ls-remote -q'*) exit 128 ;;
'ls-remote ssh:'*sshonly* | 'identify -- ssh:'*sshonly*) exit 0 ;;
*sshonly*) exit 128 ;;
'ls-remote '* | 'identify '* | 'info '*) exit 0 ;;
esac
exit 128
`
  const programs = ['git', 'hg', 'svn', 'fossil', 'bzr'].map((name) => `bin/${name}`)
  await go.write({ log: '', ...Object.fromEntries(programs.map((name) => [name, script])) })
  await Promise.all(programs.map((name) => chmod(join(go.directory, name), 0o755)))
  const { port, certFile, asked } = await host(t, site)
  const result = await go.run(['list', '-m', '-e', '-v', '-json', ...rows.map(({ path }) => `${path}@latest`)], {
    PATH: `${join(go.directory, 'bin')}:${go.env['PATH']}`,
    GOVCS: '*:all',
    HTTPS_PROXY: await connectProxy(t, port),
    SSL_CERT_FILE: certFile,
  })
  assert.equal(result.code, 0, result.stderr)
  const sent = [...(await readFile(log, 'utf8')).split('\n'), ...(await repositoryNotes(go)), ...asked]
  return rows.map((row) => placeOfGo(row, sent, result.stderr))
}

/** Of each repository that go was about to fetch from, a line in its cache. */
async function repositoryNotes(go: GoClient): Promise<readonly string[]> {
  const directory = join(go.env['GOMODCACHE']!, 'cache/vcs')
  const notes = (await readdir(directory)).filter((name) => name.endsWith('.info'))
  return Promise.all(notes.map(async (name) => (await readFile(join(directory, name), 'utf8')).trim()))
}

/** The pages, and module proxies that know of nothing. */
async function host(t: TestContext, site: Site) {
  const certificate = await oddCertificate(t, 'subjectAltName=DNS:*.vanity.example,DNS:*.mod.example')
  const asked: string[] = []
  const server = createServer(certificate, (request, response) => {
    const url = new URL(request.url!, `https://${request.headers.host}`)
    if (url.pathname.includes('/@')) asked.push(`mod ${url.href}`)
    const { status, body } = site.get(`${url.host}${url.pathname}`) ?? { status: 404, body: 'not found' }
    response.writeHead(status).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  return { port: (server.address() as AddressInfo).port, certFile: certificate.certFile, asked }
}

/** Where go was about to go, in its own notes and those of others. */
const visits: readonly RegExp[] = [/^(git)\d+:(\S+)$/, /^vcs\d+\.(hg|fossil):(\S+)$/, /^(svn) list -- (\S+)\/tags$/]

/** What go's traces say of a row, whose mark stands in every URL of it. */
function placeOfGo({ path, mark, byRule }: DiscoveryRow, sent: readonly string[], trace: string): Place {
  const visited = sent
    .filter((line) => line.includes(mark))
    .flatMap((line) => {
      const [, vcs, url] = visits.map((visit) => visit.exec(line)).find((match) => match !== null) ?? []
      const [proxy, rest] = line.split(`/${path}/@`)
      return vcs !== undefined ? [`${vcs} ${url}`] : rest !== undefined && line.startsWith('mod ') ? [proxy!] : []
    })
  const [place] = visited
  if (place === undefined) return 'nowhere'
  if (byRule !== undefined) return `${place} at ${byRule}`
  const tag = trace.split('\n').find((each) => each.includes(`get "${path}": found meta tag`)) ?? ''
  const [, prefix = '', subdirectory = ''] = /Prefix:"([^"]*)".*SubDir:"([^"]*)"/.exec(tag) ?? []
  // A prefix with a slash at its end is the same root.
  return `${place} at ${prefix.replace(/\/$/, '')} ${subdirectory}`.trim()
}
