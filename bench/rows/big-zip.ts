/** A large zip to many clients at once over TLS and h2: what a fleet of build machines does in the morning. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Bench } from '../bench.ts'
import { loopbackCertificate } from '../certificate.ts'
import { figures, inTurns, ratio, type Row, type Rounds } from '../row.ts'
import { big, filePath } from '../upstream/corpus.ts'
import { cpuSeconds } from '../usage.ts'

const cpu = 'CPU seconds per GB'
const clients = 32

export const bigZip: Row = {
  name: 'big-zip',
  title: 'warm zip of 36 MB to 32 clients at once over TLS and h2, a connection each',
  async run(bench) {
    const rounds = await measure(bench)
    const verdicts = [
      ...ratio(rounds, { measure: cpu, to: 'goproxy', atMost: 1 }),
      ...ratio(rounds, { measure: cpu, to: 'nginx' }),
    ]
    return { figures: figures(rounds), verdicts, notes: [] }
  },
}

async function measure(bench: Bench): Promise<Rounds> {
  const tls = await loopbackCertificate(await bench.directory('tls'))
  const requests = bench.quick ? clients : 2 * clients
  return bench.withAll({ ...(await bench.corpusUpstream()), tls }, async (servers) => {
    for (const { url } of servers.values()) await h2load(url + filePath(big, 'zip'), 2, 1)
    return inTurns(servers, bench.runs, async ({ url, pid }) => {
      const before = await cpuSeconds(pid)
      const { seconds, bytes } = await h2load(url + filePath(big, 'zip'), requests, clients)
      const used = (await cpuSeconds(pid)) - before
      return { [cpu]: used / (bytes / 1e9), 'MB per second': bytes / 1e6 / seconds }
    })
  })
}

/** Throws when not every request was answered with 200 over h2. */
async function h2load(url: string, requests: number, connections: number): Promise<{ seconds: number; bytes: number }> {
  const { stdout } = await promisify(execFile)('h2load', [
    '-n',
    `${requests}`,
    '-c',
    `${connections}`,
    '-m',
    '1',
    '-t',
    '1',
    url,
  ])
  const succeeded = Number(/^status codes: (\d+) 2xx/m.exec(stdout)?.[1])
  if (succeeded !== requests || !stdout.includes('Application protocol: h2'))
    throw new Error(`h2load of ${url}:\n${stdout}`)
  const [, time = '', unit = ''] = /^finished in ([\d.]+)(us|ms|s),/m.exec(stdout) ?? []
  const bytes = Number(/^traffic: .*\((\d+)\) data/m.exec(stdout)?.[1])
  return { seconds: Number(time) * ({ us: 1e-6, ms: 1e-3, s: 1 }[unit] ?? Number.NaN), bytes }
}
