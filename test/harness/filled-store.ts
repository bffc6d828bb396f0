import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { runCommand } from './command.ts'
import { temporaryDirectory, writeFiles } from './temporary.ts'
import { corpusUpstream, type Upstream } from './upstream.ts'

/** Somebody who fills a store by commands: an upstream, a data directory, and a project. */
export interface StoreWorld {
  readonly upstream: Upstream
  readonly data: string
  /** Where commands run; has the files of the project. */
  readonly cwd: string
  /** What `modgate serve` wants to be told to work as the commands do; without a data directory. */
  readonly flags: readonly string[]
  /** Runs a command line of modgate with the settings of this world, and what `env` sets. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): ReturnType<typeof runCommand>
}

/** A program on everything that the corpus has to offer, of a time when go read all of a graph, also what is not chosen. */
export const wideProgram: Readonly<Record<string, string>> = {
  'go.mod': `module main.example

go 1.16

require (
	graph.example/all v1.0.0
	private.example/team/secret v1.0.0
	tool.example/tool v1.0.0
)
`,
  'main.go': `package main

import (
	"graph.example/all"
	"private.example/team/secret"
)

func main() { println(all.Names(), secret.Secret()) }
`,
}

export async function storeWorld(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<StoreWorld> {
  const upstream = await corpusUpstream(t)
  const home = await temporaryDirectory(t)
  const [cwd, data] = [join(home, 'work'), join(home, 'data')]
  await writeFiles(cwd, { '.keep': '', ...files })
  const settings = {
    MODGATE_DATA: data,
    MODGATE_UPSTREAM: upstream.url,
    MODGATE_SUMDB: upstream.database.key,
    MODGATE_PRIVATE: 'private.example',
    MODGATE_ROUTES: `private.example=${upstream.url}`,
    MODGATE_LOG_NAME: 'gate.test/log',
    MODGATE_LOG_GUARD: join(home, 'log.guard'),
  }
  const environment = {
    ...{ PATH: '/usr/bin:/bin', HOME: home, GOENV: 'off', GOMODCACHE: join(home, 'mod') },
    // Of the settings of go nothing may be used: they know nothing of what is private.
    ...{ GOPROXY: 'off', GOSUMDB: 'sumdb.invalid+00000000+AA==' },
    ...settings,
  }
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key, '--private', 'private.example']
  return {
    ...{ upstream, data, cwd },
    flags: [...flags, '--log-name', settings.MODGATE_LOG_NAME, '--log-guard', settings.MODGATE_LOG_GUARD],
    run: (args, env = {}) => runCommand(args, { home, cwd, environment: { ...environment, ...env } }),
  }
}
