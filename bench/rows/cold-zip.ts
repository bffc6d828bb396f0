/** Cold zips: how soon the first byte comes, and what it costs those who ask for something else. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { load } from '../load.ts'
import type { Running } from '../process.ts'
import { figures, inTurns, median, ratio, type Row, type Rounds, type Sample } from '../row.ts'
import { big, filePath, medium, small } from '../upstream/corpus.ts'

const firstByteMs = 'ms to the first byte'

export const firstByte: Row = {
  name: 'first-byte',
  title: 'first byte of a cold zip of 36 MB; direct: asked of the upstream itself',
  async run(bench) {
    const rounds = await measureFirstByte(bench)
    const value = median(
      rounds.get('gate')!.map((sample, i) => sample[firstByteMs]! - rounds.get('direct')![i]![firstByteMs]!),
    )
    const verdict = { what: `${firstByteMs}: gate minus direct`, value, atMost: 20 }
    return {
      figures: figures(rounds),
      verdicts: [verdict, ...ratio(rounds, { measure: firstByteMs, to: 'goproxy' })],
      notes: [],
    }
  },
}

async function measureFirstByte(bench: Bench): Promise<Rounds> {
  const upstream = await bench.corpusUpstream()
  const contestants = new Map([['direct', undefined], ...bench.contestants.map((one) => [one.name, one] as const)])
  return inTurns(contestants, bench.runs, async (contestant) => {
    if (contestant === undefined) return timeFirstByte(upstream.upstream)
    const directory = join(await bench.directory('cold'), 'data')
    return bench.withServer(contestant, { ...upstream, directory }, async ({ url }) => {
      // Connections and compiled code are there on any day but the first.
      for (const module of medium.slice(0, 32)) await read(url + filePath(module, 'zip'))
      return timeFirstByte(url)
    })
  })
}

async function timeFirstByte(url: string): Promise<Sample> {
  const begin = performance.now()
  const [response] = (await once(get(url + filePath(big, 'zip')), 'response')) as [IncomingMessage]
  const first = new Promise<number>((resolve) => response.once('data', () => resolve(performance.now() - begin)))
  const ended = once(response, 'end')
  const ms = await first
  await ended
  return { [firstByteMs]: ms, 'ms to the last byte': performance.now() - begin }
}

export const hitBehindCold: Row = {
  name: 'hit-behind-cold',
  title: 'p99 of warm `.mod`s on 4 connections while 30 clients wait for a cold zip; idle: while nobody waits',
  async run(bench) {
    const rounds = await measureHits(bench)
    const found = [...rounds].flatMap(([name, samples]) => {
      const value = median(samples.map((sample) => sample['p99 ms']! / sample['p99 ms idle']!))
      return [{ what: `p99 of ${name}: waiting / idle`, value, ...(name === 'gate' ? { atMost: 2 } : {}) }]
    })
    return { figures: figures(rounds), verdicts: found, notes: [] }
  },
}

const waiters = 30
const upstreamDelayMs = 4000

async function measureHits(bench: Bench): Promise<Rounds> {
  const upstream = await bench.corpusUpstream()
  const directory = await bench.directory('hits')
  const paths = small.slice(0, 100).map((module) => filePath(module, 'mod'))
  return bench.withAll(upstream, async (servers) => {
    for (const { url } of servers.values()) for (const path of [...paths, ...paths]) await read(url + path)
    const p99 = async ({ url }: Running) => (await load({ url, paths, seconds: 2, connections: 4, directory })).p99Ms
    let round = 0
    await inTurns(servers, 1, async (server) => ({ p99: await p99(server) }))
    return inTurns(servers, bench.runs, async (server, name) => {
      // Each time another zip, cold to all.
      if (name === [...servers.keys()][0]) round++
      const idle = await p99(server)
      await upstream.control(`delay?ms=${upstreamDelayMs}`)
      const cold = server.url + filePath(medium[round]!, 'zip')
      const waiting = Array.from({ length: waiters }, () => read(cold))
      await sleep(300)
      const behind = await p99(server)
      await upstream.control('delay?ms=0')
      await Promise.all(waiting)
      return { 'p99 ms': behind, 'p99 ms idle': idle }
    })
  })
}

export const coldClients: Row = {
  name: 'cold-clients',
  title: 'eight cold clients at once ask for `info`, `mod` and zip of 32 modules: requests to the upstream',
  async run(bench) {
    const [one, eight] = [await upstreamRequests(bench, 1), await upstreamRequests(bench, 8)]
    const samples = [...one].map(([name, alone]): [string, readonly Sample[]] => {
      return [name, [{ 'one client': alone, 'eight clients': eight.get(name)! }]]
    })
    const verdicts = samples.map(([name, [sample]]) => ({
      what: `upstream requests of ${name}: eight clients / one`,
      value: sample!['eight clients']! / sample!['one client']!,
      ...(name === 'gate' ? { atMost: 1 } : {}),
    }))
    return {
      figures: figures(new Map(samples)),
      verdicts,
      notes: ['requests to the checksum database are counted too'],
    }
  },
}

async function upstreamRequests(bench: Bench, clients: number): Promise<ReadonlyMap<string, number>> {
  const upstream = await bench.corpusUpstream()
  // Long enough that whoever comes second comes while the first still waits.
  await upstream.control('delay?ms=20')
  const paths = medium
    .slice(0, 32)
    .flatMap((module) => (['info', 'mod', 'zip'] as const).map((kind) => filePath(module, kind)))
  const counts = await bench.withAll(upstream, async (servers) => {
    const found = new Map<string, number>()
    for (const [name, { url }] of servers) {
      await upstream.control('reset')
      await Promise.all(
        Array.from({ length: clients }, async () => {
          for (const path of paths) await read(url + path)
        }),
      )
      found.set(name, (await upstream.control('counts')).requests)
    }
    return found
  })
  await upstream.control('delay?ms=0')
  return counts
}

/** Reads an answer to its end. Throws where it is not 200. */
async function read(url: string): Promise<void> {
  const response = await fetch(url)
  await response.arrayBuffer()
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}`)
}
