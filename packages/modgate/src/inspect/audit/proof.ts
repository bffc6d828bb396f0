/**
 * What a setting lets in, shown by the real go: a proxy on loopback serves a tampered zip, a checksum database tells the truth, and
 * every row of settings is tried by a go command that has a home and a module cache of its own and knows nothing of the machine's.
 */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { escapePath, escapeVersion } from '@modgate/gomod/module'
import type { Machine } from '../../config/index.ts'
import type { Runner, RunResult } from '../../core/ports.ts'
import { proofRows, type ProofRow } from './proof-rows.ts'
import { proofServer, type ProofServer } from './proof-server.ts'
import { proofWorld, type ProofModule, type ProofWorld } from './proof-world.ts'

/** What became of one try. */
export interface ProofCell {
  /** `failed`: it did not come to the question. */
  readonly verdict: 'accepted' | 'refused' | 'failed'
  /** Who said no. */
  readonly by?: 'go.sum' | 'database'
  /** The go command's own words. */
  readonly reason?: string
  /** Whether the checksum database was asked. */
  readonly databaseAsked: boolean
}

export interface ProvedRow extends ProofRow {
  readonly withHash: ProofCell
  readonly withoutHash: ProofCell
}

export interface Proof {
  /** `go1.26.8 linux/amd64` */
  readonly goVersion: string
  readonly rows: readonly ProvedRow[]
}

export interface ProofOptions {
  readonly machine: Machine
  readonly runner: Runner
  /** Rows for what a repository sets, beside the known ones. */
  readonly own: readonly ProofRow[]
  /** Ends it early; everything is cleaned up. */
  readonly signal: AbortSignal
}

const timeoutMs = 30_000

/** Runs it; undefined where there is no go command. Rejects where the signal ends it. */
export async function prove(options: ProofOptions): Promise<Proof | undefined> {
  const goVersion = await versionOfGo(options)
  if (goVersion === undefined) return undefined
  const root = await mkdtemp(join(tmpdir(), 'modgate-prove-'))
  const server = await proofServer()
  try {
    const rows: ProvedRow[] = []
    const worlds = new Map<string, Promise<ProofWorld>>()
    for (const [index, row] of [...proofRows, ...options.own].entries()) {
      const name = `${row.module.path}@${row.module.version}`
      worlds.set(name, worlds.get(name) ?? proofWorld(row.module))
      const sandbox = { ...options, server, world: await worlds.get(name)!, row }
      const [withHash, withoutHash] = await Promise.all([
        tryOnce({ ...sandbox, hasHash: true, directory: join(root, `${index}a`) }),
        tryOnce({ ...sandbox, hasHash: false, directory: join(root, `${index}b`) }),
      ])
      options.signal.throwIfAborted()
      rows.push({ ...row, withHash, withoutHash })
    }
    return { goVersion, rows }
  } finally {
    await server.close()
    await rm(root, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function versionOfGo({ machine, runner, signal }: ProofOptions): Promise<string | undefined> {
  const environment = { ...inherited(machine), GOENV: 'off', GOTOOLCHAIN: 'local', HOME: tmpdir() }
  const { code, stdout } = await runner.run(['go', 'version'], { environment, cwd: tmpdir(), timeoutMs, signal })
  signal.throwIfAborted()
  return code === 0 ? /^go version (go\S+ \S+)/.exec(stdout)?.[1] : undefined
}

interface Try extends ProofOptions {
  readonly server: ProofServer
  readonly world: ProofWorld
  readonly row: ProofRow
  readonly hasHash: boolean
  readonly directory: string
}

async function tryOnce({ machine, runner, signal, server, world, row, hasHash, directory }: Try): Promise<ProofCell> {
  const { path, version } = row.module
  const place = server.add(world)
  const files = {
    'home/.config/go/telemetry/mode': 'off 2020-01-01\n',
    'main/go.mod': `module sandbox.example/main\n\ngo 1.20\n\nrequire ${path} ${version}\n`,
    'main/go.sum': hasHash ? world.sumLines.join('') : world.sumLines[1],
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true })
    await writeFile(join(directory, name), text)
  }
  const environment = { ...inherited(machine), ...sandboxed(directory), ...row.settings, GOPROXY: place.url }
  const withDatabase = { ...environment, GOSUMDB: row.settings['GOSUMDB'] ?? world.databaseKey }
  const GOFLAGS = ['-modcacherw', row.settings['GOFLAGS'] ?? ''].join(' ').trim()
  const result = await runner.run(['go', 'mod', 'download', `${path}@${version}`], {
    ...{ cwd: join(directory, 'main'), environment: { ...withDatabase, GOFLAGS }, timeoutMs, signal },
  })
  const kept = await readFile(ziphashPath(directory, row.module), 'utf8').catch(() => undefined)
  return cellOf(result, { accepted: kept === world.tamperedHash, databaseAsked: place.databaseAsked() })
}

function ziphashPath(directory: string, { path, version }: ProofModule): string {
  return join(directory, 'mod/cache/download', escapePath(path), '@v', `${escapeVersion(version)}.ziphash`)
}

function cellOf(
  { code, stderr, trouble }: RunResult,
  seen: { readonly accepted: boolean; readonly databaseAsked: boolean },
): ProofCell {
  const { databaseAsked } = seen
  if (code === 0 && seen.accepted) return { verdict: 'accepted', databaseAsked }
  const lines = stderr.split('\n').filter((line) => !/^go: (downloading|warning)/.test(line))
  const reason = lines.find((line) => line !== '')?.slice(0, 300) ?? trouble ?? `exit code ${code}`
  if (!stderr.includes('checksum mismatch')) return { verdict: 'failed', reason, databaseAsked }
  const by = /^\tgo\.sum:/m.test(stderr) ? 'go.sum' : 'database'
  return { verdict: 'refused', by, reason, databaseAsked }
}

/** What a program needs of any environment to run at all. */
function inherited({ environment }: Machine): Record<string, string | undefined> {
  const names = ['PATH', 'Path', 'GOROOT', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR']
  return Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])))
}

function sandboxed(directory: string): Record<string, string> {
  const home = join(directory, 'home')
  return {
    HOME: home,
    USERPROFILE: home,
    AppData: home,
    LocalAppData: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    GOPATH: join(directory, 'path'),
    GOMODCACHE: join(directory, 'mod'),
    GOCACHE: join(directory, 'cache'),
    GOENV: 'off',
    GOWORK: 'off',
    GOTOOLCHAIN: 'local',
    GO111MODULE: 'on',
    // Where the files come from stays the same in each row, and it is never a repository.
    GONOPROXY: 'none',
    GOVCS: '*:off',
  }
}
