/** What the real go command does under some settings: it runs against a recorder on the loopback, and nothing leaves the machine. */

import { parseProxyList, parseSumdb, SettingError } from '@modgate/gomod/goenv'
import { splitPathVersion } from '@modgate/gomod/module'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Machine } from '../../config/index.ts'
import type { Runner } from '../../core/ports.ts'
import type { FetchSettings } from '../../policy/fetch-settings.ts'
import { startRecorder, type Recorder } from './policy-recorder.ts'

export type PolicyProof =
  | {
      readonly kind: 'proved'
      /** `go1.26.8` */
      readonly goVersion: string
      /** By module path: whom go asked, in order: proxy URLs as the settings have them, `direct`, `checksum database NAME`. */
      readonly asked: ReadonlyMap<string, readonly string[]>
    }
  | { readonly kind: 'not-proved'; readonly why: string }

export interface PolicyQuestion {
  readonly settings: FetchSettings
  readonly modules: readonly string[]
}

const atMost = 200
const together = 2

/** Lets `go mod download` fetch each module, one run a module. Every server in the settings is replaced by the recorder. */
export async function provePolicy(question: PolicyQuestion, machine: Machine, runner: Runner): Promise<PolicyProof> {
  const { settings, modules } = question
  if (modules.length > atMost) return { kind: 'not-proved', why: `the go command runs for at most ${atMost} modules` }
  const flaw = settingFlaw(settings)
  if (flaw !== undefined)
    return { kind: 'not-proved', why: `go refuses these settings before it asks anybody: ${flaw}` }
  const directory = await mkdtemp(join(tmpdir(), 'modgate-proof-'))
  const recorder = await startRecorder(settings)
  try {
    const base = baseEnvironment(machine, directory)
    const version = await runner.run(['go', 'env', 'GOVERSION'], { cwd: directory, environment: base })
    if (version.code !== 0) {
      return {
        kind: 'not-proved',
        why: version.trouble === 'not-there' ? 'there is no go command on the PATH' : 'the go command does not run',
      }
    }
    const waiting = [...modules.entries()]
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, module] = next
        const environment = { ...base, ...recordedSettings(settings, recorder, index) }
        await runner.run(['go', 'mod', 'download', `${module}@${versionFor(module)}`], { cwd: directory, environment })
      }
    }
    await Promise.all(Array.from({ length: together }, work))
    const asked = new Map(modules.map((module, index) => [module, recorder.asked(index)]))
    return { kind: 'proved', goVersion: version.stdout.trim(), asked }
  } finally {
    recorder.close()
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

function settingFlaw({ GOPROXY, GOSUMDB }: FetchSettings): string | undefined {
  try {
    parseProxyList(GOPROXY)
    parseSumdb(GOSUMDB)
    return undefined
  } catch (error) {
    if (error instanceof SettingError) return error.message
    throw error
  }
}

/** Nothing of the machine's settings, and of git only what cannot ask anybody. */
function baseEnvironment({ environment }: Machine, directory: string): Record<string, string> {
  return {
    PATH: environment['PATH'] ?? '',
    ...{ HOME: directory, USERPROFILE: directory, GOPATH: join(directory, 'go'), GOMODCACHE: join(directory, 'mod') },
    ...{ GOCACHE: join(directory, 'cache'), GOENV: 'off', GOFLAGS: '-modcacherw', GOTOOLCHAIN: 'local', GOAUTH: 'off' },
    ...{ GOTELEMETRY: 'off', GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    GIT_SSH_COMMAND: 'false',
  }
}

function recordedSettings(settings: FetchSettings, recorder: Recorder, run: number): Record<string, string> {
  const { GOPROXY, GOSUMDB, GOPRIVATE, GONOPROXY, GONOSUMDB, GOINSECURE } = settings
  const web = recorder.webProxy(run)
  return {
    ...{ GOPROXY: recordedList(GOPROXY, recorder, run), GOSUMDB: recordedDatabase(GOSUMDB, recorder, run) },
    ...{ GOPRIVATE, GONOPROXY, GONOSUMDB, GOINSECURE },
    ...{ HTTPS_PROXY: web, HTTP_PROXY: web, https_proxy: web, http_proxy: web, NO_PROXY: '' },
  }
}

function recordedList(list: string, recorder: Recorder, run: number): string {
  return parseProxyList(list)
    .map((entry, index) =>
      entry.kind === 'proxy' ? recorder.proxy(run, index) + (entry.fallback === 'any' ? '|' : ',') : entry.kind,
    )
    .join('')
}

function recordedDatabase(value: string, recorder: Recorder, run: number): string {
  const database = parseSumdb(value)
  if (database.kind === 'off' || database.url === undefined) return value
  return `${database.key} ${recorder.database(run)}`
}

/** A version that the path can have: v2.0.0 for example.com/m/v2. */
function versionFor(module: string): string {
  const major = /\d+/.exec(splitPathVersion(module)?.pathMajor ?? '')?.[0]
  return major === undefined || major === '0' ? 'v1.0.0' : `v${major}.0.0`
}
