import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import type { Found } from '../../tools/components/index.ts'
import { type Finished, type OwnedProcess, ownProcess } from './process.ts'
import { temporaryDirectory, writeFiles } from './temporary.ts'

/** Somebody who uses the real go: a home, a module cache and a main module of their own. */
export interface GoClient {
  /** The directory of the main module, where commands run. */
  readonly directory: string
  /** Settings of this client; what a run sets wins. */
  readonly env: Record<string, string>
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Runs `go` and waits for its end; a failure is an exit code, not a rejection. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>
  /** Starts `go` and does not wait. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): OwnedProcess
  /** A new home and module cache: what a new machine knows, which is nothing. */
  forget(): Promise<void>
}

export interface GoClientOptions {
  readonly toolchain: Found
  /** GOPROXY. */
  readonly proxy: string
  /** GOSUMDB. */
  readonly sumdb: string
  readonly files?: Readonly<Record<string, string>>
  /** Where home, module cache and main module are; without it, in a directory that is gone after the test. */
  readonly root?: string
}

/** Compiled packages are shared by all tests: they are named by the content that made them. */
const buildCache = resolve(import.meta.dirname, '../../node_modules/.cache/go-build')

/** A client with nothing of the machine's Go settings in its environment. */
export async function goClient(t: TestContext, options: GoClientOptions): Promise<GoClient> {
  const root = options.root ?? (await temporaryDirectory(t))
  const directory = join(root, 'main')
  const env = cleanEnvironment(options)
  let home = 0
  const forget = async () => {
    home++
    const own = (name: string) => join(root, `home${home}`, name)
    Object.assign(env, { HOME: own('.'), GOPATH: own('go'), GOMODCACHE: own('mod'), GOBIN: own('bin') })
    // No telemetry, which would start a process that outlives the go command.
    await writeFiles(own('.'), { '.config/go/telemetry/mode': 'off 2020-01-01\n' })
  }
  await mkdir(directory, { recursive: true })
  await mkdir(buildCache, { recursive: true })
  await forget()
  await writeFiles(directory, options.files ?? {})
  const start: GoClient['start'] = (args, more = {}) =>
    ownProcess(t, [options.toolchain.path, ...args], { cwd: directory, env: { ...env, ...more } })
  return {
    directory,
    env,
    write: (files) => writeFiles(directory, files),
    start,
    run: (args, more) => start(args, more).ended,
    forget,
  }
}

function cleanEnvironment({ toolchain, proxy, sumdb }: GoClientOptions): Record<string, string> {
  return {
    PATH: [dirname(toolchain.path), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    GOENV: 'off',
    GOPROXY: proxy,
    GOSUMDB: sumdb,
    GOTOOLCHAIN: 'local',
    GOCACHE: buildCache,
    // Writable, so that cleaning up is removing files; trimmed, so that a package is compiled once for all module caches.
    GOFLAGS: '-modcacherw -trimpath',
    CGO_ENABLED: '0',
    GIT_TERMINAL_PROMPT: '0',
  }
}
