/** What the network answered, as tables of at most a hundred columns. */

import type { Answer, NetworkEvidence, Place, Thing } from '../inspect/evidence/network-evidence.ts'
import { databaseWay, stepOf } from '../inspect/evidence/network-next.ts'

const placeWidth = 34
const columnWidth = 10

/** The tables: how each place was reached, what it answered, and who is asked next after it. */
export function probeTable(network: NetworkEvidence): string {
  const { module, places, omitted } = network
  const contacts = places.filter(({ contact }) => contact !== undefined)
  return [
    `Asked for ${module.path}${module.version === undefined ? '' : `@${module.version}`}`,
    '',
    row('place (ms)', ['dns', 'connect', 'tls', 'first byte', 'total']),
    ...contacts.flatMap(phasesOf),
    '',
    ...answerTable(places),
    ...places.map((place) => nextLine(place, network)),
    ...omitted.flatMap((words) => wrapped(`(${words})`)),
  ].join('\n')
}

function row(first: string, columns: readonly string[]): string {
  const cells = columns.map((cell) => cell.padEnd(columnWidth))
  return `${cut(first, placeWidth).padEnd(placeWidth)} ${cells.join(' ')}`.trimEnd()
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

const rounded = (milliseconds: number | undefined) =>
  milliseconds === undefined ? '-' : String(Math.round(milliseconds))

function phasesOf({ name, contact, answers }: Place): readonly string[] {
  const first = answers.find(({ firstByteMs }) => firstByteMs !== undefined)
  const { dnsMs, connectMs, tlsMs, tls, trouble, through } = contact!
  const numbers = [dnsMs, connectMs, tlsMs, first?.firstByteMs, first?.totalMs].map(rounded)
  return [
    row(name, numbers),
    ...(trouble ? wrapped(`${trouble.phase}: ${trouble.message}`) : []),
    ...(tls ? wrapped(`${[tls.protocol, tls.alpn].filter(Boolean).join(', ')}; signed by ${tls.issuer}`) : []),
    ...(through === undefined ? [] : wrapped(`through ${through}`)),
  ]
}

const tables: readonly (readonly Thing[])[] = [
  ['info', 'mod', 'zip', 'list', 'latest'],
  ['supported', 'lookup', 'head', 'go-get', 'git'],
]

/** Two tables, since ten columns are too many; one that would be empty is left out. */
function answerTable(places: readonly Place[]): readonly string[] {
  return tables.flatMap((things) => {
    const asked = places.filter(({ answers }) => answers.some(({ thing }) => things.includes(thing)))
    const used = things.filter((thing) => asked.some(({ answers }) => answers.some((answer) => answer.thing === thing)))
    if (asked.length === 0) return []
    const cells = ({ answers }: Place) => used.map((thing) => cell(answers.find((answer) => answer.thing === thing)))
    return [row('place', used), ...asked.map((place) => row(place.name, cells(place))), '']
  })
}

function cell(answer: Answer | undefined): string {
  if (answer === undefined) return '-'
  if (answer.trouble) return cut(answer.trouble.kind, columnWidth)
  if (answer.fault) return `${answer.status} bad`
  return String(answer.status)
}

/** In words, as the go command goes on. */
function nextLine(place: Place, network: NetworkEvidence): string {
  const index = network.places.indexOf(place)
  return cut(`${place.name}: ${nextWords(place, network.places[index + 1], network)}`, 100)
}

function nextWords(place: Place, next: Place | undefined, network: NetworkEvidence): string {
  if (place.kind === 'database') return 'the checksum database'
  if (!place.reached) return relayWords(place, network) ?? 'not asked'
  const failing = place.contact?.trouble
    ? undefined
    : place.answers.filter((answer) => isFile(answer) && stepOf(place, answer) !== 'served')
  if (failing?.length === 0)
    return ['then asked next: nobody, it has all', relayWords(place, network)].filter(Boolean).join('; ')
  const goesOn = failing ? failing.every((answer) => stepOf(place, answer) === 'next') : place.fallback === 'any'
  const things = failing ? ` for ${failing.map(({ thing }) => thing).join(', ')}` : ''
  return goesOn && next && next.kind !== 'database'
    ? `then asked next${things}: ${next.name}`
    : `then asked next: nobody, go stops${things}`
}

const isFile = ({ thing }: Answer) => ['info', 'mod', 'zip', 'go-get', 'git'].includes(thing)

function relayWords(place: Place, { places, checksum }: NetworkEvidence): string | undefined {
  if (checksum.kind !== 'asked') return undefined
  const way = databaseWay(places)
  return way.kind === 'relayed' && way.place === place ? `relays ${checksum.name}` : undefined
}

/** Indented lines of at most a hundred columns. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < 98) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`  ${cut(word, 96)}`)
  }
  return lines
}
