import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publicAnd } from '../address-guard.ts'
import { failsWith, h1Server, never, testPeer } from '../test-peers.ts'
import { firstAnswer } from './moved-repository.ts'

const query = '/info/refs?service=git-upload-pack'
const refs = { 'content-type': 'application/x-git-upload-pack-advertisement' }

/** What the host answers under the path of each repository, and where git is to go instead. */
const rows: readonly (readonly [path: string, moved: string | undefined])[] = [
  ['/stays', undefined],
  ['/stays/', undefined],
  ['/renamed', '/new/name'],
  ['/twice', '/new/name'],
  ['/suffixed', '/suffixed.git'],
  ['/private', '/locked'],
  ['/login', undefined],
  ['/elsewhere', undefined],
  ['/gone', undefined],
]

const ways: Readonly<Record<string, string>> = {
  [`/renamed${query}`]: `/new/name${query}`,
  [`/twice${query}`]: `/renamed${query}`,
  [`/suffixed${query}`]: `/suffixed.git${query}`,
  [`/private${query}`]: `/locked${query}`,
  [`/login${query}`]: '/login/page',
  [`/elsewhere${query}`]: `/other?path=${query}`,
}

test('git is told where a repository has moved to, and of nothing else', async (t) => {
  const server = await h1Server(t, ({ url = '' }, response) => {
    const location = ways[url]
    if (location !== undefined) response.writeHead(301, { location }).end()
    else if (url.startsWith('/locked')) response.writeHead(401).end()
    else if (url.startsWith('/gone')) response.writeHead(404, refs).end()
    else response.writeHead(200, url.endsWith(query) ? refs : { 'content-type': 'text/html' }).end('x')
  })
  const peer = testPeer(t)
  for (const [path, moved] of rows) {
    const found = await firstAnswer(`${server.url.origin}${path}`, peer, never)
    assert.equal(found.moved, moved && `${server.url.origin}${moved}`, path)
    assert.equal(found.status === 404, path === '/gone')
  }
})

test('a repository cannot move to where the gate does not go', async (t) => {
  const server = await h1Server(t, (_request, response) => {
    response.writeHead(301, { location: `http://169.254.169.254/x${query}` }).end()
  })
  const guard = { allows: publicAnd(['127.0.0.1']), resolve: async () => [] }
  const peer = testPeer(t, {}, [], { guard })
  await assert.rejects(firstAnswer(`${server.url.origin}/lib`, peer, never), failsWith('address-refused'))
})
