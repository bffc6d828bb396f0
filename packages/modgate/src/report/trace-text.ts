/** A trace in a terminal: where the time of a command went, in a page. */

import { counted } from '../core/counted.ts'
import { analyse, type Analysis, type PlaceFigures } from '../trace/analysis.ts'
import type { Estimate } from '../trace/estimates.ts'
import { endOf, waitOf, type Trace, type TracedRequest } from '../trace/trace.ts'
import { visible, type Paint } from './findings-paint.ts'
import { sizeInWords } from './size-in-words.ts'
import { durationInWords as words, requestAtPlace, requestInWords, shareInWords } from './trace-words.ts'

/** Of anything that is listed: the rest is in the file. */
const most = 5

/** The summary, without a final line end. */
export function traceText(trace: Trace, paint: Paint): string {
  const analysis = analyse(trace)
  const sections = [
    headOf(trace, analysis, paint),
    ...(trace.requests.length === 0 ? [nothing(trace)] : bodyOf(trace, analysis, paint)),
    unseenOf(trace, paint),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function headOf(trace: Trace, { totalMs, networkMs, otherMs }: Analysis, paint: Paint): readonly string[] {
  const end =
    trace.exit === undefined
      ? ''
      : 'signal' in trace.exit
        ? `, ended by ${trace.exit.signal}`
        : `, exit code ${trace.exit.code}`
  return [
    paint('heading', `modgate trace: ${visible(trace.command.join(' '))}`) + end,
    `  ${words(totalMs)} in all`,
    `  ${words(networkMs)} (${shareInWords(networkMs, totalMs)}) with at least one request open`,
    `  ${words(otherMs)} (${shareInWords(otherMs, totalMs)}) without: compiling, hashing, unpacking, or what is not seen`,
  ]
}

function nothing({ places }: Trace): readonly string[] {
  return places.length === 0
    ? ['GOPROXY names no proxy that could be recorded.']
    : ['No request came by: everything was at hand, or the command sets GOPROXY itself.']
}

function bodyOf(trace: Trace, analysis: Analysis, paint: Paint): readonly (readonly string[])[] {
  return [
    requestsOf(trace, analysis, paint),
    chainOf(trace, analysis, paint),
    listed(analysis.stalls, 'stall', { trace, paint, words: stallWords }),
    listed(analysis.failures, 'failed request', { trace, paint, words: failureWords }),
    duplicatesOf(trace, analysis, paint),
    estimatesOf(analysis, paint),
  ]
}

function requestsOf({ requests, omitted }: Trace, analysis: Analysis, paint: Paint): readonly string[] {
  const kinds = analysis.kinds.map(({ kind, requests: count }) => `${count} ${kind}`).join(', ')
  const roundTrips = requests.length * analysis.distanceMs
  return [
    paint('heading', `${counted(requests.length, 'request')}, ${sizeInWords(analysis.bytes)}`) + `: ${kinds}`,
    `  ${requests.length} round trips x ${words(analysis.distanceMs)} (median first byte) = ${words(roundTrips)} one after the other; ${atOnce(analysis)} were open at a time`,
    ...(omitted > 0 ? [`  ${omitted} more were passed on and not kept`] : []),
    ...analysis.places.filter((place) => place.requests > 0).map(placeLine),
  ]
}

const atOnce = ({ requestMs, networkMs }: Analysis): string =>
  networkMs > 0 ? (requestMs / networkMs).toFixed(1) : '0'

function placeLine({ url, requests, absent, again, failed, connections, firstByteMs }: PlaceFigures): string {
  const facts = [
    counted(requests, 'request'),
    ...(absent > 0 ? [`${absent} not there`] : []),
    ...(again > 0 ? [`${again} asked twice (go does so over https after each 4xx)`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    counted(connections, 'connection'),
    `first byte ${words(firstByteMs.median)}, p95 ${words(firstByteMs.p95)}`,
  ]
  return `  ${visible(url)}: ${facts.join(', ')}`
}

function chainOf(trace: Trace, { chain }: Analysis, paint: Paint): readonly string[] {
  const { totalMs } = trace
  const slowest = chain.requests
    .toSorted((a, b) => endOf(b, totalMs) - b.startMs - (endOf(a, totalMs) - a.startMs))
    .slice(0, most)
  return [
    paint('heading', 'Critical chain') +
      `: ${counted(chain.requests.length, 'request')} one after the other, ${words(chain.requestMs)} in them and ${words(chain.betweenMs)} between them; the slowest:`,
    ...slowest.map((request) => `  ${requestWords(request, trace)}`),
  ]
}

/** `1.2 s  zip example.com/a@v1.0.0 (first byte 50 ms, 1.1 MB; required by b@v1)` */
function requestWords(request: TracedRequest, { totalMs, places }: Trace): string {
  const { bytes, cause, status } = request
  const facts = [
    ...(status === undefined || status === 200 ? [] : [String(status)]),
    `first byte ${words(waitOf(request))}`,
    sizeInWords(bytes),
  ].join(', ')
  const why = cause === undefined ? '' : `; required by ${visible(cause)}`
  return `${words(endOf(request, totalMs) - request.startMs).padStart(8)}  ${requestInWords(request, places)} (${facts}${why})`
}

interface Listing {
  readonly trace: Trace
  readonly paint: Paint
  readonly words: (request: TracedRequest, trace: Trace) => string
}

function listed(requests: readonly TracedRequest[], noun: string, listing: Listing): readonly string[] {
  if (requests.length === 0) return []
  const shown = requests.slice(0, most).map((request) => `  ${listing.words(request, listing.trace)}`)
  const rest = requests.length - shown.length
  return [
    listing.paint('problem', counted(requests.length, noun)) + ':',
    ...shown,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ]
}

function stallWords(request: TracedRequest, { places }: Trace): string {
  const { fromMs, ms } = request.silence!
  const after = request.bytes === 0 ? 'before its first byte' : 'in its body'
  return `${words(ms)} without a byte, ${after}, from ${words(fromMs)} on: ${requestAtPlace(request, places)}`
}

function failureWords({ trouble, status, ...request }: TracedRequest, { places }: Trace): string {
  return `${requestAtPlace(request, places)}: ${trouble === undefined ? `status ${status}` : visible(trouble)}`
}

function duplicatesOf({ places }: Trace, { duplicates }: Analysis, paint: Paint): readonly string[] {
  if (duplicates.length === 0) return []
  const extra = duplicates.reduce((sum, { times }) => sum + times - 1, 0)
  const extraMs = duplicates.reduce((sum, duplicate) => sum + duplicate.extraMs, 0)
  return [
    paint('warning', `${counted(extra, 'request')} for what had been asked before`) + `, ${words(extraMs)} together:`,
    ...duplicates
      .slice(0, most)
      .map(({ times, path, place }) => `  ${times} times ${visible(places[place]!.url + path)}`),
    ...(duplicates.length > most ? [`  and ${duplicates.length - most} more`] : []),
  ]
}

function estimatesOf({ estimates }: Analysis, paint: Paint): readonly string[] {
  if (estimates.length === 0) return []
  return [
    paint('heading', 'What would help') + ' (estimates):',
    ...estimates.flatMap((estimate) => {
      const [what, arithmetic] = estimateWords(estimate)
      return [`  ${what}: about ${words(estimate.savedMs)} less`, paint('quiet', `    ${arithmetic}`)]
    }),
  ]
}

/** What would help, and how much by which sum. */
function estimateWords(estimate: Estimate): readonly [what: string, arithmetic: string] {
  if (estimate.what === 'warm-gate') {
    const { requests, waitedMs, firstByteMs } = estimate
    const chain = `${counted(requests, 'request')} of the critical chain waited ${words(waitedMs)} for first bytes`
    const assumed = `a gate in the same network takes about ${words(firstByteMs)} (assumed)`
    const sum = `${words(waitedMs)} - ${requests} x ${words(firstByteMs)}`
    return ['a warm gate next to you', `${chain}, ${assumed}: ${sum}`]
  }
  const { networkMs, rounds, levels, requests, width, distanceMs, bodyMs } = estimate
  const why = `${counted(levels, 'level')} of go.mod files and 2 more, or ${requests} requests / ${width} at a time`
  const sum = `${words(networkMs)} - (${rounds} x ${words(distanceMs)} + ${words(bodyMs)} in which bodies came)`
  return ['modgate download before it', `${counted(rounds, 'round')} of first bytes (${why}): ${sum}`]
}

function unseenOf({ unseen }: Trace, paint: Paint): readonly string[] {
  if (unseen.length === 0) return []
  return [paint('heading', 'Not seen') + ':', ...unseen.map((sentence) => `  ${visible(sentence)}`)]
}
