/** The composition root: the only place where anything of a gate is constructed. */

import { readFile } from 'node:fs/promises'
import { asFailure, Failure } from '../core/failure.ts'
import { systemClock } from '../core/system.ts'
import { gateUrl, type ServeConfig } from '../config/index.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { WitnessReport } from '../gateway/log/witness.ts'
import { handler } from '../http/handler.ts'
import { listen } from '../http/server.ts'
import type { OfferedLog } from '../inspect/onboard/offer.ts'
import { databaseInWords, upstreamInWords } from '../report/settings-in-words.ts'
import { openDataDirectory, type DataDirectory } from '../store/data-directory.ts'
import { diskCheckpoints } from '../store/disk-checkpoints.ts'
import { metricsContentType, telemetry, type Telemetry } from '../telemetry/index.ts'
import { openAccess } from './access-parts.ts'
import { gatePages, logStanding } from './gate-pages.ts'
import { gateParts } from './gate-parts.ts'
import { openPushHook } from './hook-parts.ts'
import { openLog, type OpenLog } from './log-parts.ts'
import { watchLog } from './log-watch.ts'
import { witnessed } from './log-witnesses.ts'
import { reports } from './reports.ts'
import { watchOrigins } from './watch-parts.ts'
import { modgateVersion } from './version-number.ts'

export interface Gate {
  /** Where clients on this machine reach it, base path included. */
  readonly url: string
  /** In words, for the banner and the page. */
  readonly facts: { readonly store: string; readonly upstream: string; readonly sumdb: string }
  /** The gate's own checksum database as it stood at the start, where the gate has one. */
  readonly log: OfferedLog | undefined
  /** Stops accepting, finishes what is under way, leaves nothing half. */
  close(): Promise<void>
}

/** Milliseconds between two writings of what was last asked for. */
const usageEveryMs = 60_000
/** Milliseconds between two looks for entries that a command has removed. */
const removalsEveryMs = 1000

/** Builds a gate and starts it. Throws a Failure `configuration` for what cannot be: the port, the directory, a file. */
export async function wire(config: ServeConfig): Promise<Gate> {
  const watch = await watching(config)
  const closers = new AsyncDisposableStack()
  try {
    const gate = await built(config, watch, closers)
    return {
      ...gate,
      async close() {
        await closers.disposeAsync()
        watch.logger.info({ url: gate.url }, 'stopped')
        await watch.shutdown()
      },
    }
  } catch (error) {
    await closers.disposeAsync().catch(() => undefined)
    await watch.shutdown()
    throw error
  }
}

/** `closers` end what was begun, the last first. */
async function built(
  config: ServeConfig,
  watch: Telemetry,
  closers: AsyncDisposableStack,
): Promise<Omit<Gate, 'close'>> {
  const tls = config.tls && {
    cert: await pem(config.tls.cert, '--tls-cert'),
    key: await pem(config.tls.key, '--tls-key'),
  }
  const directory = await openDataDirectory(config.data)
  closers.defer(() => directory.close())
  const report = reports(watch, config.sumdb)
  const access = await openAccess(config, watch)
  const log = await opened(config, directory, report.witness)
  const logWatch = log && watchLog({ log: log.log, clock: systemClock, watch })
  if (logWatch) closers.defer(() => logWatch.close())
  const parts = gateParts(config, directory, { report, log: log?.log })
  closers.defer(() => parts.close())
  watch.meters.observeStoreBytes(() => parts.eviction?.bytes)
  watch.meters.observeMirrorBytes(() => parts.mirrors.bytes)
  const version = modgateVersion()
  const facts = {
    store: directory.root,
    upstream: upstreamInWords(config.upstream),
    sumdb: databaseInWords(config.sumdb),
  }
  const standing = log && logStanding(log, systemClock)
  const origins = watchOrigins(config, parts.watched, watch)
  closers.defer(() => origins?.close())
  const handle = handler({
    source: parts.gateway,
    observer: watch.observer,
    access,
    basePath: config.basePath,
    log: log?.log,
    pushHook: await openPushHook(config, parts.refreshOrigin, watch),
    facts: {
      version,
      checks: [{ name: 'store', check: () => directory.check() }],
      metrics: async () => {
        // Not waited for: a disk that hangs is no reason to say nothing. The next scrape has it.
        void logWatch?.look()
        return { type: metricsContentType, text: await watch.meters.render() }
      },
      ...(log ? { index: (time: number, most: number) => log.log.index({ time }, most) } : {}),
    },
    pages: gatePages({ config, version, facts, standing, originFindings: () => origins?.findings }),
  })
  const server = await listen({ ...config.listen, tls, handler: handle })
  closers.defer(async () => {
    await parts.gateway.flushUsage()
    await parts.eviction?.close()
  })
  const timers = [
    setInterval(() => void parts.gateway.flushUsage(), usageEveryMs).unref(),
    watchRemovals(directory, parts.gateway),
  ]
  closers.defer(async () => {
    await server.close(config.shutdownTimeoutMs)
    for (const timer of timers) clearInterval(timer)
  })
  parts.eviction?.watch()
  parts.mirrors.watch()
  const url = gateUrl(config, { host: config.listen.host, port: server.port })
  if (log) await sayHowItStands(log, directory, watch)
  watch.logger.info({ url, store: facts.store, upstream: facts.upstream, sumdb: facts.sumdb, version }, 'listening')
  return { url, facts, log: await standing?.() }
}

async function opened(
  config: ServeConfig,
  directory: DataDirectory,
  report: (report: WitnessReport) => void,
): Promise<OpenLog | undefined> {
  const checkpoints = diskCheckpoints(directory)
  const found = await openLog(config, checkpoints)
  return found && { ...found, log: witnessed(found.log, { config, checkpoints, report }) }
}

/** A log that refuses to sign is no reason not to serve what is kept. */
async function sayHowItStands({ log, guard }: OpenLog, { root }: DataDirectory, { logger }: Telemetry): Promise<void> {
  const said = { log: log.name, guard: guard.place }
  try {
    const status = await log.status()
    const { size } = status
    if (status.signs) logger.info({ ...said, size }, 'covering log')
    else logger.error({ ...said, size, ...status.closed }, 'the covering log refuses to sign')
  } catch (error) {
    logger.error({ ...said, failure: asFailure(error, log.name) }, 'the covering log cannot be read')
  }
  if (guard.place.startsWith(`${root}/`)) {
    logger.warn(
      said,
      'the guard of the log is in the data directory and would be restored with it: give another place with --log-guard',
    )
  }
}

/** What a command has removed from the store is not answered from memory any more. */
function watchRemovals(directory: DataDirectory, gateway: Gateway): NodeJS.Timeout {
  let known = Date.now()
  const look = async () => {
    const last = await directory.lastRemoval()
    if (last <= known) return
    known = last
    gateway.dropMemory()
  }
  return setInterval(() => void look(), removalsEveryMs).unref()
}

function watching(config: ServeConfig): Promise<Telemetry> {
  const terminal = process.stdout.isTTY
  const isColourful = terminal && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb'
  const format = config.logFormat === 'auto' ? (terminal ? 'pretty' : 'json') : config.logFormat
  return telemetry({
    log: { format, level: config.logLevel, colour: isColourful },
    // Metrics are for everybody who reaches the gate.
    moduleLimit: config.access === 'open' ? config.metricsModules : 0,
    version: modgateVersion(),
    environment: process.env,
    clock: systemClock,
  })
}

async function pem(path: string, flag: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new Failure('configuration', {
      asked: `${flag} ${path}`,
      who: 'modgate',
      why: `cannot be read: ${(error as Error).message}`,
      cause: error,
    })
  })
}
