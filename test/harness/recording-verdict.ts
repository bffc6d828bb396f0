/** What a run of the real go, and the planner's simulation of it, look like in the same words. */

import type { FailureCause, Outcome, PlaceName, PlaceRequest } from '../../packages/modgate/src/policy/requests.ts'
import type { RecordingProxies } from './recording-proxies.ts'

/** By what a place is called in a report: `p1`, `direct`, `database`. */
export function nameOf(place: PlaceName, { urls, nowhere }: RecordingProxies): string {
  if (typeof place === 'string') return place
  if (place.proxy.startsWith(nowhere)) return 'gone'
  if (place.proxy.startsWith('file:')) return 'folder'
  return Object.keys(urls).find((name) => place.proxy.startsWith(urls[name]!)) ?? place.proxy
}

/** `p1 info`, `direct`. */
export function requestName({ place, file }: PlaceRequest, proxies: RecordingProxies): string {
  return place === 'direct' ? 'direct' : `${nameOf(place, proxies)} ${file}`
}

/** An outcome of the simulation in one line. */
export function outcomeText(outcome: Outcome, proxies: RecordingProxies): string {
  return outcome.kind === 'fetched' ? 'fetched' : causeText(outcome, proxies)
}

function causeText({ file, cause }: { file: string; cause: FailureCause }, proxies: RecordingProxies): string {
  switch (cause.kind) {
    case 'off':
      return 'off'
    case 'mismatch':
      return `${file} mismatch`
    case 'setting':
      return cause.message
    case 'answer': {
      const { request, answer } = cause
      if (request.place === 'direct') return 'direct'
      if (answer === 'damaged' && request.file === 'lookup') return 'lookup damaged'
      return `${requestName(request, proxies)} ${answer}`
    }
  }
}

/** The same of what the real go printed for a module. */
export function errorText(error: string | undefined, proxies: RecordingProxies): string {
  if (error === undefined || error === '') return 'fetched'
  if (error.includes('module lookup disabled by GOPROXY=off')) return 'off'
  const refusal = /refusing to pass credentials to insecure URL/.exec(error)
  if (refusal) return refusal[0]
  const mismatch = /verifying (go\.mod|module): checksum mismatch/.exec(error)
  if (mismatch) return `${mismatch[1] === 'module' ? 'zip' : 'mod'} mismatch`
  if (/unrecognized import path|git ls-remote|git fetch/.test(error)) return 'direct'
  const [, url] = /(https?:\/\/[^\s"]+?|file:\/\/[^\s"]+?)["\s:]*(?:: |$|")/.exec(error) ?? []
  if (url !== undefined && /reading |Get "|read "|invalid response/.test(error)) return answerText(error, url, proxies)
  if (/malformed record|note has no|unexpected/.test(error)) return 'lookup damaged'
  return error.replace(/^.*?verifying (?:go\.mod|module): /, '').replace(/^\S+@\S+: /, '')
}

function answerText(error: string, url: string, proxies: RecordingProxies): string {
  const place = url.startsWith('https://') ? 'database' : nameOf({ proxy: url }, proxies)
  const file = /supported/.test(url)
    ? 'supported'
    : /lookup\//.test(url)
      ? 'lookup'
      : (/\.(info|mod|zip)$/.exec(url)?.[1] ?? 'info')
  return `${place} ${file} ${answerIn(error)}`
}

function answerIn(error: string): string {
  const status = /: (\d{3}) [A-Z]/.exec(error)
  if (status) return status[1]!
  if (/connection refused|Bad Gateway|: Refused/.test(error)) return 'refused'
  if (/invalid response|unexpected EOF|^.*read "/.test(error)) return 'damaged'
  if (/Not Found|no such file/.test(error)) return '404'
  return /EOF|reset/.test(error) ? 'cut' : error
}
