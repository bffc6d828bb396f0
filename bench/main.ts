// npm run bench: the gate beside its rivals on this machine, in one run.
//   npm run bench                               all rows
//   npm run bench -- --rows warm-small,warm-zip --runs 5
//   npm run bench -- --quick                    one short round: whether it runs, not how fast
//   npm run bench -- --readme                   write the table of the newest results into bench/README.md
import { parseArgs } from 'node:util'
import { bench } from './bench.ts'
import type { Contestant } from './contestant.ts'
import { machine } from './machine.ts'
import { writeReadme } from './readme.ts'
import { saveResults, type Results } from './results.ts'
import { gate } from './rivals/gate.ts'
import { goproxy } from './rivals/goproxy.ts'
import { nginx } from './rivals/nginx.ts'
import { rows } from './rows/index.ts'
import { ensureProgram } from './set-up.ts'
import { rowTable } from './table.ts'

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string' },
    runs: { type: 'string' },
    graph: { type: 'string', default: process.env['MODGATE_BENCH_GRAPH'] ?? '../shared/graphs/hugo/go.mod' },
    delays: { type: 'string', default: '0,50,150' },
    quick: { type: 'boolean', default: false },
    readme: { type: 'boolean', default: false },
  },
})

// An end by a signal runs no exit handlers by itself, and those end the children.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

async function prepared(contestants: readonly Contestant[]): Promise<Map<Contestant, string>> {
  const ready = new Map<Contestant, string>()
  for (const contestant of contestants) {
    const found = await contestant.prepare()
    if ('version' in found) ready.set(contestant, found.version)
    console.log(`${contestant.name}: ${'version' in found ? found.version : `left out: ${found.missing}`}`)
  }
  return ready
}

async function measure(): Promise<void> {
  const wanted = flags.rows?.split(',')
  const unknown = wanted?.filter((name) => !rows.some((row) => row.name === name)) ?? []
  if (unknown.length > 0)
    throw new Error(`no row ${unknown.join(', ')}; there are ${rows.map(({ name }) => name).join(', ')}`)
  for (const [program, version, debianPackage] of [
    ['wrk', '-v', 'wrk'],
    ['h2load', '--version', 'nghttp2-client'],
  ] as const) {
    const found = await ensureProgram(program, [version], debianPackage)
    if ('missing' in found) throw new Error(found.missing)
  }
  const ready = await prepared([gate(), nginx, goproxy])
  const runs = Number(flags.runs ?? (flags.quick ? 1 : 5))
  const running = await bench({
    runs,
    seconds: flags.quick ? 1 : 4,
    quick: flags.quick,
    contestants: [...ready.keys()],
    graph: flags.graph,
    delays: (flags.quick ? '0' : flags.delays).split(',').map(Number),
  })
  const results: Results = {
    ...(await machine()),
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
    runs,
    contestants: Object.fromEntries(
      [...ready].map(([{ name, conditions }, version]) => [name, { version, conditions }]),
    ),
    rows: {},
  }
  try {
    for (const row of rows.filter(({ name }) => wanted?.includes(name) ?? true)) {
      console.log(`\n${row.name}: ${row.title}`)
      try {
        const result = await row.run(running)
        results.rows[row.name] = { title: row.title, ...result }
        console.log(rowTable(result))
      } catch (error) {
        // Half an hour of other rows is not to be lost for one.
        process.exitCode = 1
        console.error(`  FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      }
    }
  } finally {
    await running.close()
  }
  if (!flags.quick && Object.keys(results.rows).length > 0) console.log(`\nwritten: ${await saveResults(results)}`)
}

if (flags.readme) await writeReadme()
else await measure()
