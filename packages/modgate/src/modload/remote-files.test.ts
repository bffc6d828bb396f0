import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesBody } from '../core/body.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import type { ContentRoute } from '../policy/route.ts'
import { remoteFiles } from './remote-files.ts'

const viaProxy: ContentRoute = {
  kind: 'list',
  hops: [{ kind: 'proxy', url: 'http://proxy.example', fallback: 'not-found' }, { kind: 'direct' }],
}

const module = { path: 'a.example', version: 'v1.0.0' }

/** Says who is asked, and answers with a name, or not at all. */
function sourceNamed(name: string, asked: string[], has = true): Source {
  return {
    get: async (request) => {
      asked.push(`${name} ${request.kind}`)
      if (!has) throw new Failure('module-not-found', { asked: 'it', who: name, why: 'it is not there' })
      return {
        body: bytesBody(new TextEncoder().encode(name)),
        type: 'text/plain',
        trust: 'answer',
        source: name,
        cache: { status: 'miss' },
      }
    },
  }
}

function filesOf(asked: string[], { route = viaProxy, hasProxy = true } = {}) {
  return remoteFiles({
    route: () => route,
    source: sourceNamed('all', asked),
    proxies: sourceNamed('proxies', asked, hasProxy),
    direct: sourceNamed('direct', asked),
    width: 2,
    signal: AbortSignal.timeout(60_000),
  })
}

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes)

test('a go.mod that was asked for ahead is asked for once, and whoever gave it is known', async () => {
  const asked: string[] = []
  const files = filesOf(asked)
  const [early, late] = await Promise.all([files.ahead(module), files.read({ kind: 'mod', ...module })])
  assert.equal(text(early), 'proxies')
  assert.equal(late, early)
  assert.equal(files.giver(late!), 'proxies')
  assert.equal(await files.ahead(module), early)
  assert.deepEqual(asked, ['proxies mod'])
})

test('one that is read first is not asked for again, ahead of anything', async () => {
  const asked: string[] = []
  const files = filesOf(asked)
  const [late, early] = await Promise.all([files.read({ kind: 'mod', ...module }), files.ahead(module)])
  assert.equal(early, late)
  assert.deepEqual(asked, ['all mod'])
})

test('what the proxies do not have is looked for elsewhere only by who reads it', async () => {
  const asked: string[] = []
  const files = filesOf(asked, { hasProxy: false })
  assert.equal(await files.ahead(module), undefined)
  assert.deepEqual(asked, ['proxies mod'])
  assert.equal(text((await files.read({ kind: 'mod', ...module })) as Uint8Array), 'all')
  assert.deepEqual(asked, ['proxies mod', 'all mod'])
})

test('nobody is asked ahead of a module that no proxy may see', async () => {
  const asked: string[] = []
  const files = filesOf(asked, { route: { kind: 'direct', pattern: 'a.example' } as ContentRoute })
  assert.equal(await files.ahead(module), undefined)
  assert.deepEqual(asked, [])
  assert.equal(text((await files.read({ kind: 'mod', ...module })) as Uint8Array), 'direct')
})
