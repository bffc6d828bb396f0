/** Is the certificate of every place one that the go command takes, and whose is it? */

import { isPublicForge } from '../../policy/public-forges.ts'
import type { NetworkEvidence, Place, TroubleKind } from '../evidence/network-evidence.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { answersOf, certificateProof, consequence, overNetwork, troublesOf, type TroubleAt } from './network-words.ts'

const fiveMinutes = 300_000

export const tlsChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0803',
    group: 'Public modules',
    claim: 'every certificate is signed by an authority that this machine trusts',
    explanation:
      'The go command trusts the store of the system; on Linux the files that SSL_CERT_FILE and SSL_CERT_DIR name take its place. GOINSECURE ' +
      'does not help: it concerns modules that are fetched directly, never a proxy or a checksum database.',
    find: certificateCheck('untrusted', (at, network) => ({
      severity: 'problem',
      title: `${at.url}: its certificate is signed by an authority that this machine does not know`,
      detail: consequence(network, at.place),
      evidence: proof(at),
      fix: {
        words:
          'Add the authority, if it is your own, to the store of the system or name its file; GOINSECURE does nothing for a proxy.',
        commands: ['export SSL_CERT_FILE=/path/to/authorities.pem'],
      },
      limits: "whether the certificate is a company's own or an attacker's: ask who runs the network",
    })),
  },
  {
    id: 'MG0804',
    group: 'Public modules',
    claim: 'every certificate is valid now',
    explanation:
      "A certificate has a first and a last moment. Either the server's is old, or the clock of this machine is wrong.",
    find: certificateCheck(['expired', 'not-yet-valid'], (at, network) => ({
      severity: 'problem',
      title: `${at.url}: ${at.trouble.message}`,
      detail: consequence(network, at.place),
      evidence: proof(at),
      fix: {
        words: 'Renew the certificate of the server; if its dates are right, set the clock of this machine.',
        commands: ['date -u'],
      },
    })),
  },
  {
    id: 'MG0805',
    group: 'Public modules',
    claim: 'every certificate is for the host that was asked',
    explanation:
      'The go command compares the host with the subject alternative names alone: a common name does not count.',
    find: certificateCheck('wrong-host', (at, network) => ({
      severity: 'problem',
      title: `${at.url}: ${at.trouble.message}`,
      detail: consequence(network, at.place),
      evidence: proof(at),
      fix: { words: 'Use a name that the certificate has, or have one made that has this name.' },
    })),
  },
  {
    id: 'MG0806',
    group: 'Public modules',
    claim: 'nobody between here and a public host reads along',
    explanation:
      'Public hosts have certificates of public authorities. Where one of another authority comes instead, a middlebox opens the connection ' +
      "and encrypts it again: a company's inspection, mostly. Content stays protected by go.sum and the checksum database; credentials do not.",
    find: overNetwork(intercepted),
  },
  {
    id: 'MG0814',
    group: 'Public modules',
    claim: 'the clock of this machine is right to five minutes',
    explanation:
      'The Date header of each answer is compared with the clock here. A wrong clock makes good certificates bad.',
    find: overNetwork(clockSkew),
  },
]

type Describe = (at: TroubleAt, network: NetworkEvidence) => Found

function certificateCheck(
  kinds: TroubleKind | readonly TroubleKind[],
  describe: Describe,
): Check<DoctorEvidence>['find'] {
  const wanted = typeof kinds === 'string' ? [kinds] : kinds
  return overNetwork((network) => troublesOf(network, wanted).map((at) => describe(at, network)))
}

function proof({ place, trouble }: TroubleAt) {
  const { contact } = place
  return contact?.tls ? [certificateProof(place, contact.tls)] : [{ place: place.name, text: trouble.message }]
}

function intercepted({ places }: NetworkEvidence): readonly Found[] {
  const foreign = places.filter(({ contact }) => contact?.tls !== undefined && contact.tls.authority !== 'public')
  const suspects = foreign.filter((place) => isKnownPublic(place) || signsElsewhere(place, foreign))
  return suspects.map((place) => ({
    severity: 'warning',
    title: `the connection to ${place.contact!.host} is opened by somebody in between`,
    detail: `Its certificate comes from ${place.contact!.tls!.root}, which is no public authority.`,
    evidence: [certificateProof(place, place.contact!.tls!)],
    fix: {
      words:
        "If that is your company's inspection, have its authority in SSL_CERT_FILE; if you do not know it, send no credentials.",
    },
    limits: 'who it is: the name in a certificate is what its maker wrote',
  }))
}

/** A host that is known to have a certificate of a public authority. */
function isKnownPublic({ contact }: Place): boolean {
  const host = contact!.host
  return isPublicForge(host) || `.${host}`.endsWith('.golang.org')
}

/** One private authority behind the certificates of unrelated hosts. */
function signsElsewhere(place: Place, others: readonly Place[]): boolean {
  const domain = ({ contact }: Place) => contact!.host.split('.').slice(-2).join('.')
  const isNamed = (one: Place) => /[a-z]$/i.test(one.contact!.host) && one.contact!.host.includes('.')
  return others.some(
    (other) =>
      isNamed(place) &&
      isNamed(other) &&
      other.contact!.tls!.root === place.contact!.tls!.root &&
      domain(other) !== domain(place),
  )
}

function clockSkew(network: NetworkEvidence): readonly Found[] {
  const wrong = answersOf(network).filter(({ answer }) => Math.abs(answer.aheadMs ?? 0) > fiveMinutes)
  const worst = wrong.toSorted((a, b) => Math.abs(b.answer.aheadMs!) - Math.abs(a.answer.aheadMs!))[0]
  if (worst === undefined) return []
  const minutes = Math.round(Math.abs(worst.answer.aheadMs!) / 60_000)
  const hosts = new Set(wrong.map(({ place }) => place.name))
  return [
    {
      severity: 'warning',
      title: `the clock here is ${minutes} minutes ${worst.answer.aheadMs! > 0 ? 'behind' : 'ahead of'} the one of ${worst.place.name}`,
      detail: 'Certificates that are valid look expired, or not valid yet, to a machine whose clock is wrong.',
      evidence: [...hosts].map((place) => ({ place, text: 'Date header' })),
      fix: { words: 'Set the clock of this machine, or tell who runs the server.', commands: ['date -u'] },
      limits: hosts.size === 1 ? 'which of the two clocks is wrong' : 'that all these servers are right',
    },
  ]
}
