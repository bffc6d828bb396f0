/** The covering log by itself, at ten thousand records and at ten million: neither a lookup nor an append may feel how many there are. */
import { access, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, ModuleVersion } from '../../packages/modgate/src/core/ports.ts'
import type { CoveringLog } from '../../packages/modgate/src/gateway/log/covering-log.ts'
import { fileGuard } from '../../packages/modgate/src/gateway/log/log-guard.ts'
import { ownLog } from '../../packages/modgate/src/gateway/log/own-log.ts'
import { openDataDirectory } from '../../packages/modgate/src/store/data-directory.ts'
import { diskCheckpoints } from '../../packages/modgate/src/store/disk-checkpoints.ts'
import { bigLogKeys, bigRecord, bigVersion, writeBigLog } from '../big-log.ts'
import { figures, inTurns, median, ratio, type Row, type Sample } from '../row.ts'
import { cacheDirectory } from '../set-up.ts'

const [few, many] = ['10,000 records', '10,000,000 records']
const sizes = new Map([
  [few, 10_000],
  [many, 10_000_000],
])
const found = 'ms a lookup'
const foundAnew = 'ms a lookup without its file'
const appended = 'ms an append, one at a time'
const together = 'appends a second, 64 clients'
const alone = 'appends a second, one client'
const cpu = 'ms CPU an append, 64 clients'
const missed = 'ms a miss'
const loaded = 'seconds until the index is read'

const lookups = 1000
const appends = 100
const clients = 64
const rounds = 40

/** The machine's own would not keep a process alive that has nothing else to wait for. */
const clock: Clock = { now: Date.now, sleep: async (ms) => sleep(ms) }

export const logSize: Row = {
  name: 'log-size',
  title:
    'the covering log in one process, with fsync, at 10,000 records and at 10,000,000: lookups of versions that are not in memory, appends',
  async run(bench) {
    const directories = new Map<string, string>()
    for (const [name, size] of sizes) directories.set(name, await prepared(size))
    const guard = await bench.directory('guard')
    let run = 0
    const measured = await inTurns(directories, bench.runs, (directory, name) =>
      measure({ directory, size: sizes.get(name)!, guard: join(guard, `${name}-${run}`), round: run++ }),
    )
    const against = { of: many, to: few, atMost: 1.3 }
    const width = measured.get(few)!.map((sample) => sample[together]! / sample[alone]!)
    return {
      figures: figures(measured),
      verdicts: [
        ...[found, appended, cpu].flatMap((measure) => ratio(measured, { measure, ...against })),
        ...[foundAnew, missed].flatMap((measure) => ratio(measured, { measure, of: many, to: few })),
        // As everywhere here a target is an upper bound.
        { what: 'appends a second: one client / 64 clients', value: 1 / median(width), atMost: 1 / 20 },
      ],
      notes: [
        'the log was written by a generator: it has no file of a record but of those that are asked for here, which is done once before it counts',
        'each is asked once by a process that has not seen it, in an order that no memory helps; tiles may be in the page cache',
      ],
    }
  },
}

async function prepared(size: number): Promise<string> {
  const directory = join(cacheDirectory, 'log-size', String(size))
  const complete = join(directory, 'complete')
  const done = await access(complete).then(
    () => true,
    () => false,
  )
  const data = join(directory, 'data')
  if (done) return data
  console.error(`set-up: writing a log of ${size} records (once)`)
  await rm(directory, { recursive: true, force: true })
  const opened = await openDataDirectory(data)
  await opened.close()
  await writeBigLog(opened.modules, size)
  await writeFile(complete, '')
  return data
}

interface Site {
  readonly directory: string
  readonly size: number
  readonly guard: string
  readonly round: number
}

async function measure(site: Site): Promise<Sample> {
  const data = await openDataDirectory(site.directory)
  const open = () =>
    ownLog({
      ...{ signerKey: bigLogKeys.signer, verifierKey: bigLogKeys.verifier },
      ...{ checkpoints: diskCheckpoints(data), guard: fileGuard(site.guard), clock },
    })
  // Evenly over the whole log, others in each round.
  const known = (part: number) =>
    Array.from({ length: lookups }, (_, i) =>
      bigVersion(Math.floor(((i + (site.round + part) / 1000) * site.size) / lookups)),
    )
  try {
    const first = open()
    const index = await medianMs([0], () => first.find(nobody(0)))
    const without = await medianMs(known(0.5), (module) => mustFind(first, module))
    const missing = await medianMs(known(0), (_, i) => first.find(nobody(i)))
    for (const module of known(0)) await mustFind(first, module)
    const second = open()
    const withFile = await medianMs(known(0), (module) => mustFind(second, module))
    // The index is put in order part by part, when each is asked first.
    for (let i = 0; i < 8000; i++) await second.find(nobody(i))
    const one = await appendAll(second, `one-${site.round}`, { each: appends, width: 1 })
    const all = await appendAll(second, `all-${site.round}`, { each: rounds, width: clients })
    await second.close()
    return {
      ...{ [found]: withFile, [foundAnew]: without, [missed]: missing },
      ...{
        [appended]: one.ms,
        [alone]: one.perSecond,
        [together]: all.perSecond,
        [cpu]: all.cpuMs,
        [loaded]: index / 1000,
      },
    }
  } finally {
    await data.close()
  }
}

const nobody = (i: number): ModuleVersion => ({ path: `nobody-${i}.bench.example`, version: 'v1.0.0' })

async function mustFind(log: CoveringLog, module: ModuleVersion): Promise<void> {
  if (!(await log.find(module))) throw new Error(`${module.path}@${module.version} is not found`)
}

async function medianMs<T>(items: readonly T[], work: (item: T, i: number) => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (const [i, item] of items.entries()) {
    const begin = performance.now()
    await work(item, i)
    times.push(performance.now() - begin)
  }
  return median(times)
}

/** Each of so many clients appends so many versions, one behind the other. */
async function appendAll(log: CoveringLog, run: string, { each, width }: { each: number; width: number }) {
  const [begin, used] = [performance.now(), process.cpuUsage()]
  const medians = await Promise.all(
    Array.from({ length: width }, (_, client) =>
      medianMs(Array.from({ length: each }), (_each, i) => {
        const module = { path: `${run}-${client}.bench.example/x${Date.now()}`, version: `v1.${i}.0` }
        return log.append(module, bigRecord(i).replaceAll(/^\S+ v[0-9.]+/gm, `${module.path} ${module.version}`))
      }),
    ),
  )
  const { user, system } = process.cpuUsage(used)
  const count = each * width
  return {
    ms: median(medians),
    perSecond: (count * 1000) / (performance.now() - begin),
    cpuMs: (user + system) / 1000 / count,
  }
}
