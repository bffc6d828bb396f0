/** Versions of one repository with a long history: what the first costs, the next ones, a branch, and a module that is not there. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { directEnvironment, distanceMs, gitServers, timeGo, withGitSite, type GitSite } from '../git-site.ts'
import { figures, inTurns, ratio, type Row, type Rounds, type Sample } from '../row.ts'
import { long, team, teamVersion, versionOf } from '../upstream/repositories.ts'

const path = long.path
const first = versionOf(150)
const next = Array.from({ length: 20 }, (_, at) => versionOf(151 + at))
const absent = `${path}/nothing`

const [coldZip, nextZips, branch, noModule] = ['s cold zip', 's next 20', 's branch', 's no module']
const [go, ours] = ['go', 'gate']

/** Who fetches: each question resolves to the seconds until its answer is there. */
interface Fetcher {
  readonly zips: (versions: readonly string[]) => Promise<number>
  readonly branch: (name: string) => Promise<number>
  readonly absent: () => Promise<number>
}

export const gitLong: Row = {
  name: 'git-long',
  title: `a repository with ${long.commits.toLocaleString('en')} commits and ${long.tags} tags, ${distanceMs} ms away: \`info\`, \`mod\` and zip of a tag, cold; of ${next.length} more at once; \`.info\` of a branch whose commit is there; a path below it that is no module`,
  async run(bench) {
    const rounds = await withGitSite(bench, (site) => measure(bench, site))
    return {
      figures: figures(rounds),
      verdicts: [
        ...ratio(rounds, { measure: coldZip, to: go, atMost: 0.5 }),
        ...ratio(rounds, { measure: nextZips, to: go, atMost: 0.15 }),
        ...ratio(rounds, { measure: branch, to: go, atMost: 0.3 }),
        ...ratio(rounds, { measure: noModule, to: go, atMost: 0.1 }),
        ...[coldZip, nextZips, branch, noModule].flatMap((each) => ratio(rounds, { measure: each, to: 'goproxy' })),
        ...(rounds.get(ours) ?? []).slice(-1).map((sample) => {
          return {
            what: `requests of ${ours} for a path that is no module`,
            value: sample[trips(noModule)]!,
            atMost: 1,
          }
        }),
      ],
      notes: [
        'servers are asked by HTTP; go: `go mod download`, for the last two `go list -m`, with GOPROXY=direct and one module cache',
        'servers have fetched a module from another host before; go is a new process each time',
        'branch and no module: six seconds after the last question, when the gate asks the repository anew for its names',
      ],
    }
  },
}

const trips = (measure: string) => measure.replace(/^s /, 'requests, ')

async function measure(bench: Bench, host: GitSite): Promise<Rounds> {
  const names = new Map([[go, undefined], ...gitServers(bench)])
  return inTurns(names, bench.runs, async (server, name) => {
    const directory = join(await bench.directory('git-long'), 'data')
    const sample = server
      ? await bench.withServer(server, { ...host.site, directory }, ({ url }) => askServer(host, url))
      : await ask(host, byItself(directory, host))
    console.error(`  ${name}: ${JSON.stringify(sample)}`)
    return sample
  })
}

async function askServer(host: GitSite, url: string): Promise<Sample> {
  // Compiled code is there on any day but the first; of the repository and its host the server knows nothing yet.
  const { path: elsewhere } = team[0]!
  await overHttp(url, elsewhere).zips([teamVersion])
  return ask(host, overHttp(url, path))
}

/** Longer than the gate holds the names of a repository for good. */
const pauseMs = 6_000

async function ask(host: GitSite, fetcher: Fetcher): Promise<Sample> {
  const sample: Record<string, number> = {}
  const count = async (measure: string, work: () => Promise<number>) => {
    await host.requests()
    sample[measure] = await work()
    sample[trips(measure)] = await host.requests()
  }
  await count(coldZip, () => fetcher.zips([first]))
  await count(nextZips, () => fetcher.zips(next))
  // So that whoever needs the history has it.
  await fetcher.branch('main')
  await sleep(pauseMs)
  await count(branch, () => fetcher.branch('release'))
  await sleep(pauseMs)
  await count(noModule, () => fetcher.absent())
  return sample
}

function overHttp(url: string, path: string): Fetcher {
  const read = async (file: string, status = 200) => {
    const response = await fetch(`${url}/${file}`)
    const body = await response.text()
    if (response.status !== status) throw new Error(`${url}/${file} answers ${response.status}: ${body.slice(0, 1000)}`)
  }
  const timed = async (work: () => Promise<unknown>) => {
    const begin = performance.now()
    await work()
    return (performance.now() - begin) / 1000
  }
  const version = async (each: string) => {
    // As the go command asks.
    for (const kind of ['info', 'mod', 'zip']) await read(`${path}/@v/${each}.${kind}`)
  }
  return {
    zips: (versions) => timed(() => Promise.all(versions.map(version))),
    branch: (name) => timed(() => read(`${path}/@v/${name}.info`)),
    absent: () => timed(() => read(`${absent}/@latest`, 404)),
  }
}

function byItself(directory: string, { site }: GitSite): Fetcher {
  const env = { ...site.env, ...directEnvironment }
  return {
    zips: (versions) =>
      timeGo(['mod', 'download', ...versions.map((version) => `${path}@${version}`)], { directory, env }),
    branch: (name) => timeGo(['list', '-m', `${path}@${name}`], { directory, env }),
    absent: () => timeGo(['list', '-m', `${absent}@latest`], { directory, env, code: 1 }),
  }
}
