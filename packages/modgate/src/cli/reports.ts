/** What the rooms report, as counts and log lines. */

import type { ChecksumDatabase } from '@modgate/gomod/goenv'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { FailureCode } from '../core/failure-codes.ts'
import { failureCodes } from '../core/failure-codes.ts'
import type { Failure } from '../core/failure.ts'
import type { ModuleVersion } from '../core/ports.ts'
import type { WitnessReport } from '../gateway/log/witness.ts'
import { describeRequest } from '../source/describe.ts'
import type { UpstreamReport } from '../source/upstream.ts'
import type { FetchReport } from '../source/vcs/git-fetch.ts'
import type { Telemetry } from '../telemetry/index.ts'

/** The reporters of one gate. */
export function reports({ meters, logger }: Telemetry, sumdb: ChecksumDatabase) {
  const db = sumdb.kind === 'off' ? 'off' : sumdb.name
  let flights = 0
  let hotBytes = 0
  meters.observeHotBytes(() => hotBytes)
  return {
    upstream: ({ upstream, result, seconds }: UpstreamReport): void => {
      const kind = result === 'ok' || result === 'aborted' ? result : failureCodes[result as FailureCode].kind
      meters.upstreamRequest({ upstream, result: kind, seconds })
    },
    leak: (request: ModuleRequest, code: FailureCode, client: string | undefined): void => {
      meters.leakAverted(code)
      logger.warn({ asked: describeRequest(request), code, client }, 'leak averted: a private path was not passed on')
    },
    database: {
      lookup(result: 'kept' | 'fetched' | Failure): void {
        meters.sumdbLookup({ db, result: typeof result === 'string' ? result : result.code })
      },
      leak: (request: ModuleRequest, client: string | undefined): void => {
        meters.leakAverted('private-at-database')
        logger.warn(
          { asked: describeRequest(request), code: 'private-at-database', client },
          'leak averted: a client asked a public database about a private path',
        )
      },
      log: (message: string): void => logger.warn({ db }, message),
      attack: (message: string): void =>
        logger.error({ db, evidence: message }, 'the checksum database contradicts itself'),
    },
    log: {
      lookup: (result: 'kept' | 'appended' | Failure): void =>
        meters.logLookup(typeof result === 'string' ? result : result.code),
      append: (result: 'appended' | Failure): void =>
        meters.logAppend(typeof result === 'string' ? result : result.code),
    },
    repository: ({ url, asked, seconds, bytes, result }: FetchReport): void => {
      meters.repositoryFetch(result)
      const said = { repository: url, asked, seconds, bytes, result }
      if (result === 'ok') logger.info(said, 'fetched from a repository')
      else logger.warn(said, 'a fetch from a repository failed')
    },
    witness: ({ name, result, size, why }: WitnessReport): void => {
      meters.witnessRequest(name, result)
      const said = { witness: name, result, size, ...(why === undefined ? {} : { why }) }
      if (result === 'cosigned') logger.debug(said, 'a head of the log is cosigned')
      else if (result === 'forked' || result === 'ahead')
        logger.error(said, 'a witness has seen another log than this one')
      else logger.warn(said, 'a witness did not cosign the head of the log')
    },
    flight: {
      flights(now: number): void {
        for (; flights < now; flights++) meters.flightStarted()
        for (; flights > now; flights--) meters.flightEnded()
      },
      joined: (): void => meters.coalesced(),
    },
    prefetch: {
      ahead: (bytes: number): void => meters.prefetched('ahead', bytes),
      used: (bytes: number): void => meters.prefetched('used', bytes),
      inVain: (bytes: number): void => meters.prefetched('in-vain', bytes),
    },
    hotBytes: (bytes: number): void => void (hotBytes = bytes),
    eviction: {
      evicted: ({ path, version }: ModuleVersion, bytes: number): void => {
        meters.evicted()
        meters.storeOperation({ operation: 'remove', result: 'ok' })
        logger.debug({ module: path, version, bytes }, 'evicted')
      },
      overLimit: (bytes: number, limit: number): void =>
        logger.warn({ bytes, limit }, 'what --cache-pin keeps takes more than --cache-size'),
      failed: (error: unknown): void =>
        logger.error({ err: error }, 'evicting failed; the store may grow above --cache-size'),
    },
    mirrors: {
      evicted: (mirror: string, bytes: number): void => {
        meters.mirrorEvicted()
        logger.info({ mirror, bytes }, 'mirror of a repository evicted')
      },
      overLimit: (bytes: number, limit: number): void =>
        logger.warn({ bytes, limit }, 'mirrors that were used within 15 minutes take more than --mirror-size'),
      failed: (error: unknown): void =>
        logger.error({ err: error }, 'evicting mirrors failed; they may take more than --mirror-size'),
    },
    content: {
      refused: (failure: Failure): void => {
        meters.verifyFailure(failure.code)
        logger.error({ failure }, 'content refused: not verified, not kept')
      },
      kept: (bytes: number): void => meters.storeOperation({ operation: 'put', result: 'ok', bytes }),
      damaged: (key: string, why: string): void => {
        meters.storeOperation({ operation: 'quarantine', result: 'ok' })
        logger.warn({ key, why }, 'damaged entry set aside; it is fetched again')
      },
    },
  }
}
