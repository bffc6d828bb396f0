/** Resident memory: of a server that has nothing to do, and of one whose clients are slow. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import type { Running } from '../process.ts'
import { figures, inTurns, type Row, type Rounds } from '../row.ts'
import { filePath, huge, small } from '../upstream/corpus.ts'
import { residentBytes } from '../usage.ts'

const readers = 50
const idle = 'MB idle'
const more = 'MB more with 50 slow readers'

export const memory: Row = {
  name: 'memory',
  title: 'resident memory: idle after 100 small answers; more while 50 clients read a zip of 100 MB at 1 MB/s each',
  async run(bench) {
    const rounds = figures(await measure(bench))
    const ours = rounds['gate']!
    return {
      figures: rounds,
      verdicts: [
        { what: `${idle}: gate`, value: ours[idle]!.median, atMost: 90 },
        { what: `${more}: gate`, value: ours[more]!.median, atMost: 80 },
      ],
      notes: ['of each server’s processes in all; pages that nginx’s workers share are counted for each'],
    }
  },
}

async function measure(bench: Bench): Promise<Rounds> {
  return bench.withAll(await bench.corpusUpstream(), async (servers) =>
    inTurns(servers, 1, async (server) => {
      for (const module of small.slice(0, 100)) await (await fetch(server.url + filePath(module, 'mod'))).arrayBuffer()
      await sleep(2000)
      const before = await residentBytes(server.pid)
      await warmUp(server)
      const highest = await highestWithReaders(server, bench.quick ? 3 : 10)
      return { [idle]: before / 1e6, [more]: (highest - before) / 1e6 }
    }),
  )
}

async function warmUp({ url }: Running): Promise<void> {
  const response = await fetch(url + filePath(huge, 'zip'))
  for await (const chunk of response.body!) if (!(chunk instanceof Uint8Array)) throw new Error('no bytes')
}

async function highestWithReaders({ url, pid }: Running, seconds: number): Promise<number> {
  const leave = new AbortController()
  const requests = Array.from({ length: readers }, () => slowReader(url + filePath(huge, 'zip'), leave.signal))
  await Promise.all(requests)
  let highest = 0
  for (let second = 0; second < seconds; second++) {
    await sleep(1000)
    highest = Math.max(highest, await residentBytes(pid))
  }
  leave.abort()
  return highest
}

/** Takes 64 KiB or so every 60 ms until `signal` says to leave. Resolves once its answer has begun. */
async function slowReader(url: string, signal: AbortSignal): Promise<void> {
  const request = get(url, { agent: false, signal })
  request.on('error', () => undefined)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.on('error', () => undefined)
  response.on('data', () => {
    response.pause()
    setTimeout(() => response.resume(), 60)
  })
}
