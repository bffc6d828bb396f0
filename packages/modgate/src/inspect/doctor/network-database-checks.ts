/** Can the checksum database be asked, and does it tell one story? */

import { KNOWN_DATABASES } from '@modgate/gomod/goenv'
import type { Answer, NetworkEvidence } from '../evidence/network-evidence.ts'
import { databaseWay } from '../evidence/network-next.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { answersOf, overNetwork, proofOf, type Said } from './network-words.ts'

export const databaseChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0821',
    group: 'Verification',
    claim: 'no proxy shuts the way to the checksum database',
    explanation:
      'Before its first question to the database the go command asks each proxy for /sumdb/NAME/supported. 200: this proxy relays it, and nobody ' +
      'else is asked any more. 404 and 410: the next one, in the end the database itself. Anything else, with a comma behind: the build ends.',
    find: overNetwork(shut),
  },
  {
    id: 'MG0822',
    group: 'Verification',
    claim: 'where no proxy relays the checksum database, its own host can be reached',
    explanation:
      "A proxy that answers 404 to `supported` sends the go command to the database's own host, which networks without a way out block.",
    find: overNetwork(unreachable),
  },
  {
    id: 'MG0823',
    group: 'Verification',
    claim: 'what the checksum database says is signed and proved',
    explanation:
      'Every answer carries a tree head that the database has signed, and a record counts only when it is proved to be in that tree. An answer that ' +
      'fails this comes from another database, from a page in between, or from a proxy that changed it.',
    find: overNetwork((network) => unproved(network)),
  },
  {
    id: 'MG0824',
    group: 'Verification',
    claim: 'the tree of the checksum database continues the one that was seen before',
    explanation:
      'The go command pins the newest tree head that it has seen. A database may only grow: a head that contradicts the pinned one stops every build with ' +
      'SECURITY ERROR. An older head alone is what a cache that lags behind answers, and is taken.',
    find: overNetwork(history),
  },
  {
    id: 'MG0825',
    group: 'Verification',
    claim: 'the checksum database has a record of the module',
    explanation:
      'A record is made when the database first hears of a module version. A public database has none of private modules, and the question itself ' +
      'tells it their names: such modules belong into GOPRIVATE or GONOSUMDB. The log of a gate has a record of everything that the gate can fetch, ' +
      'private modules too: there nothing belongs into either, and where the record lacks, the gate does not get the module.',
    find: overNetwork(unrecorded),
  },
]

function asked(network: NetworkEvidence, ...things: readonly Answer['thing'][]): readonly Said[] {
  return answersOf(network).filter(({ answer }) => things.includes(answer.thing))
}

function shut(network: NetworkEvidence): readonly Found[] {
  if (network.checksum.kind !== 'asked' || network.checksum.url !== undefined) return []
  const way = databaseWay(network.places)
  if (way.kind !== 'refused' || way.place.contact?.trouble) return []
  const answer = way.place.answers.find(({ thing }) => thing === 'supported')!
  return [
    {
      severity: 'problem',
      title: `${way.place.name} answers ${answer.status ?? 'nothing'} to \`supported\`, which ends every build that needs ${network.checksum.name}`,
      detail: 'Only 404 or 410 send the go command on to the next proxy and to the database itself.',
      evidence: [proofOf(answer)],
      fix: {
        words: 'Have the proxy relay the database, or answer 404 for it. Do not switch verification off for it.',
      },
    },
  ]
}

function unreachable(network: NetworkEvidence): readonly Found[] {
  const place = network.places.find(({ kind }) => kind === 'database')
  if (!place?.contact?.trouble) return []
  return [
    {
      severity: 'problem',
      title: `no proxy relays the checksum database, and ${place.name} cannot be reached`,
      detail: 'Modules that go.sum does not have yet cannot be verified, so the go command refuses them.',
      evidence: [
        ...asked(network, 'supported').map(({ answer }) => proofOf(answer)),
        { place: place.name, text: place.contact.trouble.message },
      ],
      fix: {
        words:
          'Use a proxy that relays the database (modgate does), or open the way to its host. GOSUMDB=off would give verification up.',
      },
    },
  ]
}

function unproved(network: NetworkEvidence): readonly Found[] {
  const kinds: readonly string[] = ['unverified', 'malformed', 'inconsistent']
  return asked(network, 'lookup', 'head').flatMap(({ place, answer }) =>
    answer.fault && kinds.includes(answer.fault.kind)
      ? [
          {
            severity: 'problem' as const,
            title: `${place.name}: its ${answer.thing === 'head' ? 'tree head' : 'record'} of the checksum database does not hold: ${answer.fault.message}`,
            detail: 'The go command refuses every module that go.sum does not have yet.',
            evidence: [proofOf(answer)],
            fix: {
              words:
                'Compare the key in GOSUMDB with the one that the database publishes; if it is right, do not trust this proxy.',
            },
            limits: 'whether somebody attacks, or something is broken',
          },
        ]
      : [],
  )
}

function history(network: NetworkEvidence): readonly Found[] {
  return asked(network, 'lookup', 'head').flatMap(({ place, answer }): readonly Found[] => {
    if (answer.fault?.kind === 'fork') {
      return [
        {
          severity: 'problem',
          title: `${place.name} shows another history of the checksum database than the one seen before`,
          detail: `The same key signed two trees that contradict each other; go stops with SECURITY ERROR. ${answer.fault.message}.`,
          evidence: [proofOf(answer)],
          fix: {
            words:
              'Keep the pinned head as evidence, take another network, and report it to who runs the database. Remove nothing.',
          },
          limits: 'which of the two histories is the true one',
        },
      ]
    }
    if (answer.fault?.kind !== 'older-than-pinned') return []
    return [
      {
        severity: 'note',
        title: `${place.name} is behind: ${answer.fault.message}`,
        detail: 'The go command takes such a head, as long as it continues to the one it knows.',
        evidence: [proofOf(answer)],
        limits: 'that it stays behind; caches lag for a while',
      },
    ]
  })
}

function unrecorded(network: NetworkEvidence): readonly Found[] {
  const { module } = network
  return asked(network, 'lookup').flatMap(({ place, answer }): readonly Found[] => {
    if (answer.trouble || answer.status === undefined || answer.status === 200) return []
    const isAbsent = answer.status === 404 || answer.status === 410
    return [
      {
        severity: 'problem',
        title: isAbsent
          ? `the checksum database has no record of ${module.path}@${module.version}`
          : `${place.name} answers ${answer.status} for the checksum of ${module.path}@${module.version}`,
        detail: 'Once a proxy relays the database, the go command never goes round it.',
        evidence: [proofOf(answer)],
        fix: { words: recordWords(network, answer, isAbsent) },
      },
    ]
  })
}

function recordWords({ checksum }: NetworkEvidence, { text }: Answer, isAbsent: boolean): string {
  const isGate = /^modgate: \S+ request /m.test(text)
  if (isGate) return 'The gate says itself why, and what to do: see what it answered. Exempt nothing for it.'
  const isPublic = checksum.kind === 'asked' && KNOWN_DATABASES.has(checksum.name)
  if (!isAbsent) return 'Tell who runs the proxy: it says that it relays the database, and does not.'
  return isPublic
    ? 'If the module is private, put its prefix into GOPRIVATE; if it is public, check path and version.'
    : 'Check path and version; if they are right, ask who runs the database whether it is to know this module.'
}
