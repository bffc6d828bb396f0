/** Requests, durations and shares as people read them. */

import { nameOf, type TracedPlace, type TracedRequest } from '../trace/trace.ts'
import { visible } from './findings-paint.ts'

type Subject = Pick<TracedRequest, 'kind' | 'module' | 'version' | 'path' | 'place'>

/** `zip example.com/a@v1.0.0`; of a tunnel, where it leads. */
export function requestInWords(request: Subject, places: readonly TracedPlace[]): string {
  if (request.kind === 'tunnel') return `tunnel to ${visible(places[request.place]!.url)}`
  return `${request.kind} ${visible(nameOf(request))}`
}

/** The same, and at which place. */
export function requestAtPlace(request: Subject, places: readonly TracedPlace[]): string {
  const words = requestInWords(request, places)
  return request.kind === 'tunnel' ? words : `${words} at ${visible(places[request.place]!.url)}`
}

/** `12 ms`, `3.4 s`, `2 min 5 s`. */
export function durationInWords(ms: number): string {
  if (ms < 999.5) return `${ms < 9.95 && ms > 0 ? ms.toFixed(1).replace(/\.0$/, '') : Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** `42 %` of the whole; 0 where there is no whole. */
export function shareInWords(part: number, whole: number): string {
  return `${whole > 0 ? Math.round((100 * part) / whole) : 0} %`
}
