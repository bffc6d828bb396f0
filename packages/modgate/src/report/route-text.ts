/** The way of a module in words, for a newcomer, on one screen: what happens first, the next command last. */

import { visible } from './findings-paint.ts'
import { wrapped } from './findings-text.ts'
import type { AllowedVcs } from '../policy/vcs-rules.ts'
import { hostOf, type ChainStep } from './route-chain.ts'
import type { Disclosure } from './route-disclosure.ts'
import type { ChecksumStory, Decision, RouteStory } from './route-story.ts'

const columns = 100
const margin = 14

/** All of it. */
export function routeText(story: RouteStory): string {
  const { module, version, authentication, next } = story
  const blocks: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Here', projectLines(story)],
    ['Decided by', decisionLines(story.decidedBy)],
    ['Files from', chainLines(story)],
    ['Checksums', checksumLines(story)],
    ['Credentials', authentication.map(({ host, what }) => `${host}: ${what}`)],
    ['Who learns', disclosureLines(story)],
  ]
  const shown = blocks.flatMap(([title, lines]) => block(title, lines))
  const name = version === undefined ? module : `${module}@${version}`
  return [visible(`${name}: ${summary(story)}`), '', ...shown, '', `next: ${next}`].join('\n')
}

/** The whole way in half a sentence; equal for modules that go the same way, but for their hosts. */
export function summary({ kind, chain, checksum, refused }: RouteStory): string {
  if (kind === 'refused') return `go stops before it asks anybody: ${refused ?? ''}`
  const checked = checkedInWords(checksum)
  if (kind === 'direct') return `straight to its own host, past all proxies; ${checked}`
  const places = chain.map(({ kind: step, place }) => (step === 'direct' ? 'its own host' : place))
  if (places[0] === 'off') return 'nowhere: GOPROXY=off, only the module cache is used'
  return `${places.join(', else ')}; ${checked}`
}

function checkedInWords({ kind, database }: ChecksumStory): string {
  if (kind === 'asked') return `${database!} vouches for it`
  return kind === 'skipped' ? 'nobody vouches for it' : 'and then go stops: GOSUMDB cannot be used'
}

function block(title: string, lines: readonly string[]): readonly string[] {
  return lines.flatMap((line, index) => {
    const [first = '', ...rest] = wrapped(visible(line), ' '.repeat(margin), columns)
    return [`  ${(index === 0 ? title : '').padEnd(margin - 2)}${first.trimStart()}`, ...rest]
  })
}

function projectLines({ project }: RouteStory): readonly string[] {
  if (!project) return []
  const { replacedBy, vendored } = project
  return [
    ...(replacedBy === undefined
      ? []
      : [`go.mod replaces it by ${replacedBy}: what follows holds only without that line`]),
    ...(vendored ? ['builds take it from vendor/ and ask nobody; what follows holds with -mod=mod'] : []),
  ]
}

function decisionLines({ setting, value, place, pattern, why }: Decision): readonly string[] {
  const head = value === '' ? `${setting}, which is not set` : `${setting}=${value} (${place})`
  return pattern === undefined ? [head] : [head, `${pattern} ${why ?? ''}`]
}

function chainLines({ chain, refused, insecure, vcs }: RouteStory): readonly string[] {
  if (refused !== undefined) return [`nobody: ${refused}`]
  const steps = chain.map((step, index) => `${index + 1}. ${stepLine(step)}`)
  const asksProxy = chain.some(({ kind }) => kind === 'proxy')
  return [
    ...steps,
    ...(asksProxy
      ? ['where a place takes the request and never answers, go waits for ever: there is no time limit']
      : []),
    ...(insecure === undefined
      ? []
      : [`GOINSECURE has ${insecure}: of the host itself, no certificate is checked, and plain http is taken`]),
    ...(vcs ? [vcsLine(vcs)] : []),
  ]
}

function vcsLine(vcs: AllowedVcs): string {
  if (vcs.kind === 'refused') return `GOVCS cannot be read, and nothing can be fetched directly: ${vcs.message}`
  const { pattern, names } = vcs
  if (names.length === 0) return `GOVCS (its rule for ${pattern}) forbids every version control system for it`
  return `GOVCS (its rule for ${pattern}) allows ${names.join(', ')} for it`
}

function stepLine({ kind, place, afterNotFound, afterFailure }: ChainStep): string {
  if (kind === 'off') return 'off: go stops here with "module lookup disabled by GOPROXY=off"'
  if (kind === 'direct') return `${place} by https, and then git or what it names; an error is final`
  if (afterNotFound === 'end') return `${place}: any answer but 200 is final`
  if (afterFailure === afterNotFound) return `${place}: after 404, 410 or any other error, step ${afterNotFound}`
  return `${place}: after 404 or 410, step ${afterNotFound}; any other error is final`
}

function checksumLines({ checksum, decidedBy: content }: RouteStory): readonly string[] {
  const { kind, decidedBy, database, ways = [], message } = checksum
  if (kind === 'refused') return [`go stops: ${message ?? ''}`, ...decisionLines(decidedBy)]
  if (kind === 'skipped') {
    const known = 'no database is asked: go.sum guards what it lists, and what is new is believed as it comes'
    const isSame = decidedBy.setting === content.setting && decidedBy.pattern === content.pattern
    return [known, ...(isSame ? [`decided by ${decidedBy.setting}, too`] : decisionLines(decidedBy))]
  }
  const last = ways.at(-1)
  if (last === undefined) return ['not come to: no file arrives that could be checked']
  const relays = ways.slice(0, -1)
  if (relays.length === 0) return [`${database!}, at ${last}, where go.sum does not list the version yet`]
  return [
    `${database!}, where go.sum does not list the version yet`,
    `through ${relays.length === 1 ? 'this one if it' : 'the first of these that'} answers 200 to …/supported: ${relays.join(', ')}`,
    `after 404 or 410 from ${relays.length === 1 ? 'it' : 'each'}, straight from ${last}`,
  ]
}

function disclosureLines({ module, disclosures, checksum }: RouteStory): readonly string[] {
  const others = disclosures.filter(({ leak }) => leak).map(({ host }) => host)
  // GOPRIVATE would take the module out of the log, too.
  const remedy = checksum.own
    ? `the name looks private: take what comes behind the first proxy out of GOPROXY to keep it from ${others.join(', ')}`
    : `the name looks private: GOPRIVATE=${hostOf(module)} would keep it from ${others.join(', ')}`
  return [...disclosures.map(disclosureLine), ...(others.length > 0 ? [remedy] : [])]
}

function disclosureLine({ host, when, sees }: Disclosure): string {
  const what = sees === 'path-and-content' ? 'path, version and code' : 'path and version'
  return `${host}: ${what}${when === 'always' ? '' : ', if it comes to that'}`
}
