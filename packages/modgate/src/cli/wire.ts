/** The composition root: the only place where anything of a gate is constructed. */

import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { matchPrefixPatterns } from '@modgate/gomod/module'
import { bytesBody } from '../core/body.ts'
import { Failure } from '../core/failure.ts'
import { systemClock } from '../core/system.ts'
import { gateUrl, type ServeConfig } from '../config/index.ts'
import { database } from '../gateway/database.ts'
import { gateway } from '../gateway/gateway.ts'
import { hashPool } from '../gateway/hash-pool.ts'
import { handler } from '../http/handler.ts'
import { listen } from '../http/server.ts'
import { databaseRemote } from '../source/database-remote.ts'
import { peer } from '../source/peer.ts'
import { databaseInWords, upstreamInWords } from '../report/settings-in-words.ts'
import { proxyList } from '../source/proxy-list.ts'
import { routes } from '../source/routes.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { diskCheckpoints } from '../store/disk-checkpoints.ts'
import { diskStore } from '../store/disk-store.ts'
import { factsBook } from '../store/entry-facts.ts'
import { spool } from '../store/spool.ts'
import { metricsContentType, telemetry, type Telemetry } from '../telemetry/index.ts'
import { frontPage } from '../web/front-page.ts'
import { urlForCaller } from '../http/caller-url.ts'
import { reports } from './reports.ts'
import { modgateVersion } from './version-number.ts'

export interface Gate {
  /** Where clients on this machine reach it, base path included. */
  readonly url: string
  /** In words, for the banner and the page. */
  readonly facts: { readonly store: string; readonly upstream: string; readonly sumdb: string }
  /** Stops accepting, finishes what is under way, leaves nothing half. */
  close(): Promise<void>
}

/** Milliseconds that one fetch, and one question to the checksum database, may take in all. */
const flightDeadlineMs = 15 * 60_000
const databaseDeadlineMs = 60_000
const flightLimit = 1024
/** Milliseconds between two writings of what was last asked for. */
const usageEveryMs = 60_000

/** Builds a gate and starts it. Throws a Failure `configuration` for what cannot be: the port, the directory, a file. */
export async function wire(config: ServeConfig): Promise<Gate> {
  const tls = config.tls && {
    cert: await pem(config.tls.cert, '--tls-cert'),
    key: await pem(config.tls.key, '--tls-key'),
  }
  const directory = await openDataDirectory(config.data)
  const watch = await watching(config)
  const parts = build(config, directory, watch)
  const version = modgateVersion()
  const facts = {
    store: directory.root,
    upstream: upstreamInWords(config.upstream),
    sumdb: databaseInWords(config.sumdb),
  }
  const handle = handler({
    source: parts.gateway,
    observer: watch.observer,
    basePath: config.basePath,
    facts: {
      version,
      checks: parts.checks,
      metrics: async () => ({ type: metricsContentType, text: await watch.meters.render() }),
    },
    frontPage: (exchange) => {
      const page = frontPage({ config, version, facts }, urlForCaller(exchange, config), exchange.header('accept'))
      return { status: 200, type: page.type, body: bytesBody(Buffer.from(page.text)) }
    },
  })
  const server = await listen({ ...config.listen, tls, handler: handle }).catch(async (error: unknown) => {
    await directory.close()
    throw error
  })
  const usageTimer = setInterval(() => void parts.gateway.flushUsage(), usageEveryMs).unref()
  const url = gateUrl(config, { host: config.listen.host, port: server.port })
  watch.logger.info({ url, store: facts.store, upstream: facts.upstream, sumdb: facts.sumdb, version }, 'listening')
  return {
    url,
    facts,
    async close() {
      await server.close(config.shutdownTimeoutMs)
      clearInterval(usageTimer)
      await parts.gateway.flushUsage()
      await Promise.all([parts.peer.close(), parts.hasher.close()])
      await directory.close()
      watch.logger.info({ url }, 'stopped')
      await watch.shutdown()
    },
  }
}

function watching(config: ServeConfig): Promise<Telemetry> {
  const terminal = process.stdout.isTTY
  const format = config.logFormat === 'auto' ? (terminal ? 'pretty' : 'json') : config.logFormat
  return telemetry({
    log: { format, level: config.logLevel, colour: terminal && process.env['NO_COLOR'] === undefined },
    moduleLimit: config.metricsModules,
    version: modgateVersion(),
    environment: process.env,
    clock: systemClock,
  })
}

function build(config: ServeConfig, directory: Awaited<ReturnType<typeof openDataDirectory>>, watch: Telemetry) {
  const clock = systemClock
  const report = reports(watch, config.sumdb)
  const store = diskStore(directory)
  const checkpoints = diskCheckpoints(directory)
  const hasher = hashPool(Math.max(1, availableParallelism() - 1))
  const asking = peer({
    limits: {
      connectMs: config.connectTimeoutMs,
      firstByteMs: config.firstByteTimeoutMs,
      stallMs: config.stallTimeoutMs,
    },
    clock,
  })
  const sumdb =
    config.sumdb.kind === 'off'
      ? undefined
      : database({
          name: config.sumdb.name,
          key: config.sumdb.key,
          remote: databaseRemote({
            database: config.sumdb,
            upstream: config.upstream,
            peer: asking,
            clock,
            deadlineMs: databaseDeadlineMs,
          }),
          checkpoints,
          clock,
          private: config.privatePatterns,
          offline: config.offline,
          report: report.database,
        })
  const origin = routes({
    routes: config.routes.map(({ patterns, list }) => ({ patterns, source: proxyList(list, asking, report.upstream) })),
    private: config.privatePatterns,
    otherwise: proxyList(config.upstream, asking, report.upstream),
    onRefused: report.leak,
  })
  return {
    peer: asking,
    hasher,
    gateway: gateway({
      origin,
      database: sumdb,
      records: sumdb,
      store,
      checkpoints,
      spool: spool(directory.spool),
      facts: factsBook(checkpoints),
      hasher,
      clock,
      private: config.privatePatterns,
      exempt: config.noVerify,
      offline: config.offline,
      answerTtlMs: config.answerTtlMs,
      absentTtlMs: config.absentTtlMs,
      flight: { deadlineMs: flightDeadlineMs, limit: flightLimit, report: report.flight },
      memory: { limit: config.memoryBytes, report: report.hotBytes },
      prefetch: config.prefetch !== 'off' && {
        depth: config.prefetch,
        clock,
        bytesLimit: config.prefetchBytes,
        allowed: (path) =>
          !matchPrefixPatterns(config.privatePatterns, path) ||
          config.routes.some(({ patterns }) => matchPrefixPatterns(patterns, path)),
        report: report.prefetch,
      },
      report: report.content,
    }),
    checks: [{ name: 'store', check: () => directory.check() }],
  }
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
