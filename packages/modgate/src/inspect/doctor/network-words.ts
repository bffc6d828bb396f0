/** What the checks over the network say alike. */

import type { Answer, NetworkEvidence, Place, TlsFacts, Trouble } from '../evidence/network-evidence.ts'
import { stepOf } from '../evidence/network-next.ts'
import type { Evidence, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'

/** A check's `find` over the network alone: undefined where it was not asked. */
export function overNetwork(find: (network: NetworkEvidence) => readonly Found[]) {
  return ({ network }: DoctorEvidence): readonly Found[] | undefined => network && find(network)
}

/** An answer and who gave it. */
export interface Said {
  readonly place: Place
  readonly answer: Answer
}

/** All answers, in the order of places. */
export function answersOf({ places }: NetworkEvidence): readonly Said[] {
  return places.flatMap((place) => place.answers.map((answer) => ({ place, answer })))
}

/** What stands behind a place where the next one is asked: the reader wants to know whether the build goes on. */
export function consequence(network: NetworkEvidence, place: Place, answer?: Answer): string {
  const next = network.places[network.places.indexOf(place) + 1]
  const step = answer ? stepOf(place, answer) : place.fallback === 'any' ? 'next' : 'stops'
  if (place.kind === 'database')
    return 'The go command asks nobody else, and refuses modules that go.sum does not have yet.'
  if (step === 'next' && next) return `The go command goes on to ${next.name}.`
  if (step === 'stops' && next && place.fallback === 'not-found') {
    return `The go command stops here: after a comma only 404 and 410 lead on to ${next.name}.`
  }
  return 'The go command stops here: nobody comes behind it.'
}

/** Troubles of one kind: of contacts, and of answers whose contact stood. */
export function troublesOf(network: NetworkEvidence, kinds: readonly Trouble['kind'][]): readonly TroubleAt[] {
  const contacts = network.places.flatMap((place) =>
    place.contact?.trouble ? [{ place, trouble: place.contact.trouble, url: place.name }] : [],
  )
  const answers = answersOf(network).flatMap(({ place, answer }) =>
    answer.trouble ? [{ place, answer, trouble: answer.trouble, url: answer.url }] : [],
  )
  const all: readonly TroubleAt[] = [...contacts, ...answers]
  const wanted = all.filter(({ trouble }) => kinds.includes(trouble.kind))
  // One cause is said once for a place, however many questions met it.
  return wanted.filter(
    (one, index) =>
      wanted.findIndex((other) => other.place === one.place && other.trouble.message === one.trouble.message) === index,
  )
}

export interface TroubleAt {
  readonly place: Place
  readonly trouble: Trouble
  readonly url: string
  readonly answer?: Answer
}

/** The URL that was asked, and what came. */
export function proofOf({ url, status, type, text, trouble }: Answer): Evidence {
  const words = trouble?.message ?? [status, type, text.split('\n')[0]!.slice(0, 120)].filter(Boolean).join(' ')
  return { place: url, text: words }
}

/** A certificate in a line. */
export function certificateProof(place: Place, { subject, issuer, validTo, protocol }: TlsFacts): Evidence {
  const until = new Date(validTo).toISOString().slice(0, 10)
  return { place: place.name, text: `${subject}; signed by ${issuer}; until ${until}; ${protocol}` }
}
