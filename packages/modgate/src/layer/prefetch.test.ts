import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Clock, Source } from '../core/ports.ts'
import { requestKey } from '../core/request-key.ts'
import { backgroundQueue } from './background-queue.ts'
import { inVain } from './in-vain.ts'
import { prefetch, type PrefetchOptions } from './prefetch.ts'

/** go.mod files by `path@version`; whatever was asked once is kept from then on. */
function origin(mods: Readonly<Record<string, string>>): Source & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    async get(request) {
      const key = requestKey(request)
      const isKept = asked.includes(key)
      asked.push(key)
      if (!('version' in request))
        throw new Failure('module-not-found', { asked: key, who: 'test', why: 'no such thing' })
      const text =
        request.kind === 'mod' ? mods[`${request.path}@${request.version}`] : `${request.kind} of ${request.path}`
      if (text === undefined) throw new Failure('module-not-found', { asked: key, who: 'test', why: 'no such module' })
      return {
        body: bytesBody(Buffer.from(text)),
        type: 'text/plain',
        trust: 'record',
        source: 'test',
        cache: { status: isKept ? 'hit' : 'miss' },
      }
    },
  }
}

/** A clock that stands until it is moved. */
function handClock(): Clock & { move(milliseconds: number): Promise<void> } {
  let now = 0
  let sleepers: { until: number; wake: () => void }[] = []
  return {
    now: () => now,
    sleep: (milliseconds) => new Promise((wake) => sleepers.push({ until: now + milliseconds, wake })),
    async move(milliseconds) {
      now += milliseconds
      const due = sleepers.filter(({ until }) => until <= now)
      sleepers = sleepers.filter(({ until }) => until > now)
      for (const { wake } of due) wake()
      await settle()
    },
  }
}

const settle = async () => {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
}

const context: Context = {
  id: 'test',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
  client: '192.0.2.1',
}

const mod = (name: string): ModuleRequest => {
  const [path = '', version = ''] = name.split('@')
  return { kind: 'mod', path, version }
}

const goMod = (go: string, ...requires: string[]) =>
  `module m.example/m\n\ngo ${go}\n\n${requires.map((each) => `require ${each.replace('@', ' ')}\n`).join('')}`

function gate(mods: Readonly<Record<string, string>>, options: Partial<PrefetchOptions> = {}) {
  const source = origin(mods)
  const clock = handClock()
  const layer = prefetch({ depth: 'zip', clock, bytesLimit: 1e9, ...options })(source)
  return { source, clock, layer }
}

const graph = {
  'a.example/a@v1.0.0': goMod('1.20', 'b.example/b@v1.0.0', 'c.example/c@v1.1.0'),
  'b.example/b@v1.0.0': goMod('1.16', 'c.example/c@v1.1.0', 'd.example/d@v1.0.0'),
  'c.example/c@v1.0.0': goMod('1.20'),
  'c.example/c@v1.1.0': goMod('1.20'),
  'd.example/d@v1.0.0': goMod('1.20'),
}

test('what a fresh go.mod requires is fetched behind it, and what an old one among it requires, each once', async () => {
  const { source, layer } = gate(graph)
  await layer.get(mod('a.example/a@v1.0.0'), context)
  await settle()
  assert.deepEqual(
    [...new Set(source.asked)],
    [
      'a.example/a/@v/v1.0.0.mod',
      'b.example/b/@v/v1.0.0.mod',
      'c.example/c/@v/v1.1.0.mod',
      'd.example/d/@v/v1.0.0.mod',
    ],
  )
})

test('once the client asks for what it was led to, its roots are complete: their zips are fetched while it reads on', async () => {
  const mods = {
    'root.example/r@v1.0.0': goMod('1.20'),
    'low.example/l@v1.0.0': goMod('1.20'),
    'old.example/o@v1.0.0': goMod('1.16', 'led.example/x@v1.0.0', 'low.example/l@v1.2.0'),
    'led.example/x@v1.0.0': goMod('1.20'),
    'low.example/l@v1.2.0': goMod('1.20'),
  }
  const { source, layer } = gate(mods)
  const zips = () => source.asked.filter((key) => key.endsWith('.zip')).toSorted()
  for (const name of ['root.example/r@v1.0.0', 'low.example/l@v1.0.0', 'old.example/o@v1.0.0'])
    await layer.get(mod(name), context)
  await settle()
  assert.deepEqual(zips(), [])
  await layer.get(mod('led.example/x@v1.0.0'), context)
  await settle()
  assert.deepEqual(
    zips(),
    ['old.example/o/@v/v1.0.0.zip', 'root.example/r/@v/v1.0.0.zip'],
    'but none that a higher version will replace',
  )
})

test('a lower version than one that is required already is not fetched: no build chooses it', async () => {
  const { source, layer } = gate({ ...graph, 'e.example/e@v1.0.0': goMod('1.20', 'c.example/c@v1.0.0') })
  await layer.get(mod('a.example/a@v1.0.0'), context)
  await layer.get(mod('e.example/e@v1.0.0'), context)
  await settle()
  assert.ok(!source.asked.includes('c.example/c/@v/v1.0.0.mod'))
})

test('below a module before go 1.17 every version is fetched: the go command reads them all', async () => {
  const { source, layer } = gate({
    ...graph,
    'a.example/a@v1.0.0': goMod('1.16', 'c.example/c@v1.1.0', 'c.example/c@v1.0.0'),
  })
  await layer.get(mod('a.example/a@v1.0.0'), context)
  await settle()
  assert.ok(source.asked.includes('c.example/c/@v/v1.0.0.mod'))
})

test('what an old module led to is read on below, however new it is, also when it had come before that was known', async () => {
  const mods = {
    'new.example/n@v1.0.0': goMod('1.20', 'mid.example/m@v1.0.0'),
    'old.example/o@v1.0.0': goMod('1.16', 'mid.example/m@v1.0.0'),
    'mid.example/m@v1.0.0': goMod('1.20', 'deep.example/d@v1.0.0'),
    'deep.example/d@v1.0.0': goMod('1.20'),
  }
  const { source, layer } = gate(mods)
  await layer.get(mod('new.example/n@v1.0.0'), context)
  await settle()
  assert.ok(!source.asked.includes('deep.example/d/@v/v1.0.0.mod'))
  await layer.get(mod('old.example/o@v1.0.0'), context)
  await settle()
  assert.ok(source.asked.includes('deep.example/d/@v/v1.0.0.mod'))
})

test('once a client is quiet, info and zip of what it will choose are fetched: the highest version of each path it came for', async () => {
  const { source, clock, layer } = gate(graph)
  for (const name of ['a.example/a@v1.0.0', 'c.example/c@v1.0.0', 'c.example/c@v1.1.0'])
    await layer.get(mod(name), context)
  await settle()
  assert.ok(!source.asked.some((key) => key.endsWith('.zip')))
  await clock.move(399)
  assert.ok(!source.asked.some((key) => key.endsWith('.zip')))
  await clock.move(1)
  await clock.move(1)
  const zips = source.asked.filter((key) => /\.(zip|info)$/.test(key)).toSorted()
  assert.deepEqual(zips, [
    'a.example/a/@v/v1.0.0.info',
    'a.example/a/@v/v1.0.0.zip',
    'c.example/c/@v/v1.1.0.info',
    'c.example/c/@v/v1.1.0.zip',
  ])
})

test('what only an old module led to is read for its go.mod, and its zip left, until the client wants such a zip', async () => {
  const { source, clock, layer } = gate({
    ...graph,
    'a.example/a@v1.0.0': goMod('1.16', 'b.example/b@v1.0.0', 'd.example/d@v1.0.0'),
  })
  for (const name of ['a.example/a@v1.0.0', 'b.example/b@v1.0.0', 'd.example/d@v1.0.0'])
    await layer.get(mod(name), context)
  await settle()
  await clock.move(400)
  await clock.move(1)
  const zips = () => source.asked.filter((key) => key.endsWith('.zip')).toSorted()
  assert.deepEqual(zips(), ['a.example/a/@v/v1.0.0.zip'])
  await layer.get({ kind: 'zip', path: 'b.example/b', version: 'v1.0.0' }, context)
  await settle()
  assert.ok(zips().includes('d.example/d/@v/v1.0.0.zip'))
})

test('with depth mod no zip is fetched', async () => {
  const { source, clock, layer } = gate(graph, { depth: 'mod' })
  await layer.get(mod('a.example/a@v1.0.0'), context)
  await settle()
  await clock.move(1000)
  assert.ok(!source.asked.some((key) => key.endsWith('.zip')))
})

test('a go.mod that was kept, and a request that allows no fetch, set nothing going', async () => {
  const { source, layer } = gate(graph)
  await layer.get(mod('a.example/a@v1.0.0'), { ...context, cachedOnly: true })
  await layer.get(mod('a.example/a@v1.0.0'), context)
  await settle()
  assert.deepEqual(source.asked, ['a.example/a/@v/v1.0.0.mod', 'a.example/a/@v/v1.0.0.mod'])
})

test('a failure ahead of a client is nobody’s, and the client that asks hears of it', async () => {
  const { layer } = gate({ 'a.example/a@v1.0.0': goMod('1.20', 'gone.example/x@v1.0.0') })
  await layer.get(mod('a.example/a@v1.0.0'), context)
  await settle()
  await assert.rejects(layer.get(mod('gone.example/x@v1.0.0'), context), { code: 'module-not-found' })
})

test('bytes beyond the limit of a build are not fetched', async () => {
  const { source, layer } = gate(graph, { bytesLimit: -1 })
  await layer.get(mod('a.example/a@v1.0.0'), context)
  await settle()
  assert.equal(source.asked.length, 1)
})

test('what was fetched ahead is counted as used when a client asks, and as in vain when none has in ten minutes', async () => {
  const counts = { ahead: 0, used: 0, inVain: 0 }
  const clock = handClock()
  const vain = inVain(clock, {
    ahead: (bytes) => (counts.ahead += bytes),
    used: (bytes) => (counts.used += bytes),
    inVain: (bytes) => (counts.inVain += bytes),
  })
  for (const key of ['a', 'b', 'c']) vain.begin(key)
  vain.used('c')
  for (const [key, bytes] of [
    ['a', 1],
    ['b', 10],
    ['c', 100],
  ] as const)
    vain.fetched(key, bytes)
  vain.used('a')
  vain.used('a')
  await clock.move(11 * 60_000)
  vain.begin('d')
  assert.deepEqual(counts, { ahead: 111, used: 101, inVain: 10 })
  assert.equal(vain.wasAhead('b'), false)
})

test('the queue runs so many at once, and clients take turns', async () => {
  const queue = backgroundQueue(2, 100)
  const order: string[] = []
  let running = 0
  let most = 0
  const job = (name: string) => async () => {
    most = Math.max(most, ++running)
    order.push(name)
    await new Promise((resolve) => setImmediate(resolve))
    running--
  }
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) queue.add('a', job(name))
  for (const name of ['b1', 'b2']) queue.add('b', job(name))
  await settle()
  assert.equal(most, 2)
  assert.deepEqual(order, ['a1', 'a2', 'a3', 'b1', 'a4', 'b2', 'a5'])
  assert.equal(queue.size, 0)
})

test('what does not fit into the queue is dropped', async () => {
  const queue = backgroundQueue(1, 2)
  let ran = 0
  for (let i = 0; i < 10; i++) {
    queue.add('a', async () => {
      ran++
    })
  }
  await settle()
  assert.equal(ran, 3)
})
