/** Is every place there: name, connection, time? */

import type { Contact, Place } from '../evidence/network-evidence.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { consequence, overNetwork, troublesOf, type TroubleAt } from './network-words.ts'

const slowMs = 3_000

export const reachChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0801',
    group: 'Public modules',
    claim: 'the name of every place has an address',
    explanation:
      'The go command looks each host up with the name service of this machine. Where that knows no address, the place cannot be asked: ' +
      'a name that is misspelt, one that only a VPN or an office network knows, or a name service that is down.',
    find: overNetwork((network) =>
      troublesOf(network, ['dns']).map((at) => ({
        severity: 'problem',
        title: `${at.place.contact?.host ?? at.place.name} has no address here`,
        detail: consequence(network, at.place),
        evidence: [{ place: at.place.name, text: at.trouble.message }],
        fix: {
          words: 'Correct the name in the setting, or connect to the network (VPN) that knows it.',
          commands: [`getent hosts ${at.place.contact?.host ?? ''}`],
        },
        limits: 'whether the name is known elsewhere',
      })),
    ),
  },
  {
    id: 'MG0802',
    group: 'Public modules',
    claim: 'every place takes connections and answers',
    explanation:
      'A connection that is refused means that nothing listens there; one that times out is mostly dropped by a firewall. The go command ' +
      'has no limit of its own on the time to an answer: a server that accepts a request and stays silent holds a build for ever.',
    find: overNetwork((network) =>
      troublesOf(network, [
        'refused',
        'unreachable',
        'timeout',
        'broken',
        'not-tls',
        'proxy-refused',
        'unreadable',
      ]).map((at) => ({
        severity: 'problem',
        title: `${at.url} ${reachWords(at)}`,
        detail: consequence(network, at.place, at.answer),
        evidence: [{ place: at.url, text: `${at.trouble.phase}: ${at.trouble.message}` }, ...wayOf(at.place)],
        fix: { words: reachFix(at) },
        limits: 'that it is so at other times; one try was made',
      })),
    ),
  },
  {
    id: 'MG0807',
    group: 'Public modules',
    claim: 'no phase of a request takes more than three seconds',
    explanation:
      'The time of each phase is taken by itself. Slow names hint at a name service that is asked in vain first; slow connections and TLS at ' +
      'distance or inspection; a late first byte at the server, which may fetch the module only now.',
    find: overNetwork(({ places }) => places.flatMap(slowPhases)),
  },
  {
    id: 'MG0815',
    group: 'Public modules',
    claim: 'no password would go over plain http',
    explanation: 'The go command refuses to send the user and password of a URL that begins with http://, and stops.',
    find: overNetwork((network) =>
      troublesOf(network, ['insecure-credentials']).map(({ place, trouble }) => ({
        severity: 'problem',
        title: `${place.name}: credentials in an http URL`,
        detail: 'The go command refuses to send a password without TLS, and asks nothing there.',
        evidence: [{ place: place.name, text: trouble.message }],
        fix: { words: 'Use https, or a proxy on loopback without credentials.' },
      })),
    ),
  },
]

function reachWords({ trouble }: TroubleAt): string {
  switch (trouble.kind) {
    case 'refused':
      return 'refuses connections: nothing listens there'
    case 'timeout':
      return trouble.phase === 'request' || trouble.phase === 'body'
        ? 'takes a request and does not answer'
        : 'cannot be reached in time'
    case 'not-tls':
      return 'does not speak TLS'
    case 'proxy-refused':
      return 'is not let through by the HTTP proxy in between'
    case 'unreadable':
      return 'cannot be read'
    case 'broken':
      return trouble.phase === 'body' ? 'breaks its answer off' : 'cuts the connection'
    default:
      return 'cannot be reached'
  }
}

function reachFix({ trouble }: TroubleAt): string {
  switch (trouble.kind) {
    case 'not-tls':
      return 'Write http:// in the setting if the server is meant to have no TLS, or correct the port.'
    case 'proxy-refused':
      return 'Correct HTTPS_PROXY, or name the host in NO_PROXY if it is to be reached directly.'
    case 'refused':
      return 'Start the server, or correct host and port in the setting.'
    default:
      return 'Ask who runs the network or the server; a firewall or a proxy between here and there is the usual cause.'
  }
}

function wayOf({ contact }: Place): readonly { place: string; text: string }[] {
  if (contact?.through !== undefined) return [{ place: 'HTTPS_PROXY', text: `through ${contact.through}` }]
  return contact?.addresses.some((address) => address !== contact.host)
    ? [{ place: contact.host, text: contact.addresses.slice(0, 4).join(', ') }]
    : []
}

const phases = [
  ['dnsMs', 'finding the address of'],
  ['connectMs', 'connecting to'],
  ['tlsMs', 'the TLS handshake with'],
] as const satisfies readonly (readonly [keyof Contact, string])[]

function slowPhases(place: Place): readonly Found[] {
  const { contact } = place
  const ofContact = phases.flatMap(([key, words]) => {
    const taken = contact?.[key] ?? 0
    return taken > slowMs ? [slow(`${words} ${place.name}`, taken, place.name)] : []
  })
  const late = place.answers.filter(({ firstByteMs = 0 }) => firstByteMs > slowMs)
  return [
    ...ofContact,
    ...late.slice(0, 1).map(({ url, firstByteMs = 0 }) => slow(`the first byte of ${url}`, firstByteMs, url)),
  ]
}

function slow(what: string, milliseconds: number, place: string): Found {
  return {
    severity: 'warning',
    title: `${what} took ${(milliseconds / 1000).toFixed(1)} s`,
    evidence: [{ place, text: `${Math.round(milliseconds)} ms` }],
    limits: 'that it is always so; one try was made',
  }
}
