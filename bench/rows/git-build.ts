/** One build of a company's program: 64 private modules, each a repository of its own, none fetched before. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { directEnvironment, distanceMs, gitServers, timeGo, withGitSite, type GitSite } from '../git-site.ts'
import { figures, inTurns, ratio, type Row, type Rounds } from '../row.ts'
import { team, teamVersion } from '../upstream/repositories.ts'

const [seconds, requests] = ['seconds', 'requests']
const go = 'go'

export const gitBuild: Row = {
  name: 'git-build',
  title: `cold \`go mod download\` of ${team.length} private modules, each a repository of its own ${distanceMs} ms away`,
  async run(bench) {
    const rounds = await withGitSite(bench, (host) => measure(bench, host))
    return {
      figures: figures(rounds),
      verdicts: [
        ...ratio(rounds, { measure: seconds, to: go, atMost: 0.5 }),
        ...ratio(rounds, { measure: seconds, to: 'goproxy' }),
      ],
      notes: [
        'go: with GOPROXY=direct; behind the gate it verifies with the log of the gate, else with nothing',
        'requests: of all to the code host, pages of discovery included',
      ],
    }
  },
}

async function measure(bench: Bench, host: GitSite): Promise<Rounds> {
  const names = new Map([[go, undefined], ...gitServers(bench)])
  return inTurns(names, bench.runs, async (server, name) => {
    const directory = await bench.directory('git-build')
    const client = join(directory, 'client')
    await mkdir(client)
    const require = team.map(({ path }) => `\t${path} ${teamVersion}\n`).join('')
    await writeFile(join(client, 'go.mod'), `module main.example\n\ngo 1.22\n\nrequire (\n${require})\n`)
    const download = (env: Readonly<Record<string, string>>) =>
      timeGo(['mod', 'download'], { directory: client, env }).then((took) => ({ [seconds]: took }))
    await host.requests()
    const sample = server
      ? await bench.withServer(server, { ...host.site, directory: join(directory, 'data') }, async ({ url }) =>
          download({ GOPROXY: url, ...(await verification(url)) }),
        )
      : await download({ ...host.site.env, ...directEnvironment })
    const counted = { ...sample, [requests]: await host.requests() }
    console.error(`  ${name}: ${JSON.stringify(counted)}`)
    await rm(client, { recursive: true, force: true })
    return counted
  })
}

/** What the gate's page says to paste; another server has no log. */
async function verification(url: string): Promise<Readonly<Record<string, string>>> {
  const key = /^export GOSUMDB=(\S+)$/m.exec(await (await fetch(url)).text())?.[1]
  return { GOSUMDB: key ?? 'off' }
}
