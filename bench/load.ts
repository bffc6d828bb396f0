/** Load by wrk: 64 keep-alive connections in one thread, round and round a list of paths. Its CPU is not the server's. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface LoadOptions {
  readonly url: string
  readonly paths: readonly string[]
  readonly seconds: number
  readonly connections?: number
  /** For the script. */
  readonly directory: string
}

export interface LoadResult {
  readonly requests: number
  readonly requestsPerSecond: number
  /** Bytes a second. */
  readonly bytesPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

interface Summary {
  readonly requests: number
  readonly microseconds: number
  readonly bytes: number
  readonly failed: number
  readonly p50: number
  readonly p99: number
}

const summaryLine = /^SUMMARY (.*)$/m

/** Runs wrk. Throws when a request failed: a fast refusal is no figure. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const script = join(options.directory, 'load.lua')
  await writeFile(script, luaScript(options.paths))
  const args = ['-t1', `-c${options.connections ?? 64}`, `-d${options.seconds}s`, '--timeout', '30s', '-s', script]
  const { stdout } = await promisify(execFile)('wrk', [...args, options.url])
  const line = summaryLine.exec(stdout)?.[1]
  if (line === undefined) throw new Error(`wrk said no summary:\n${stdout}`)
  const summary = JSON.parse(line) as Summary
  if (summary.failed > 0) throw new Error(`${summary.failed} of ${summary.requests} requests to ${options.url} failed`)
  const seconds = summary.microseconds / 1e6
  return {
    requests: summary.requests,
    requestsPerSecond: summary.requests / seconds,
    bytesPerSecond: summary.bytes / seconds,
    p50Ms: summary.p50 / 1000,
    p99Ms: summary.p99 / 1000,
  }
}

function luaScript(paths: readonly string[]): string {
  return `
local paths = {${paths.map((path) => JSON.stringify(path)).join(',')}}
local requests, at = {}, 0
function init(args)
  for i, path in ipairs(paths) do requests[i] = wrk.format("GET", path, {["Accept-Encoding"] = "gzip", ["User-Agent"] = "Go-http-client/1.1"}) end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('SUMMARY {"requests":%d,"microseconds":%d,"bytes":%d,"failed":%d,"p50":%d,"p99":%d}\\n',
    summary.requests, summary.duration, summary.bytes, failed, latency:percentile(50), latency:percentile(99)))
end
`
}
