/** Are the answers of module proxies such as the go command can use? */

import type { Answer, NetworkEvidence, Place } from '../evidence/network-evidence.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { answersOf, consequence, overNetwork, proofOf, troublesOf, type Said } from './network-words.ts'

const refusals: Readonly<Record<number, readonly [words: string, fix: string]>> = {
  401: [
    'wants credentials',
    'Give the go command credentials for this host: netrc with `machine HOST`, or GOAUTH. A port that is not 443 belongs to the machine in netrc.',
  ],
  403: [
    'refuses',
    'Ask who runs the proxy whether its policy blocks this module, or whether the credentials lack the right.',
  ],
  407: ['wants credentials for the HTTP proxy', 'Put user and password into HTTPS_PROXY.'],
  429: [
    'is asked too often',
    'Ask less often: share one cache or gate between CI jobs. The go command never tries again by itself.',
  ],
}

export const answerChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0808',
    group: 'Public modules',
    claim: 'no place refuses what it is asked for',
    explanation:
      'Success is exactly 200. After 404 and 410 the next entry of GOPROXY is asked; after any other status only where a pipe (|) follows. So a ' +
      '403 of a policy ends the build behind a comma, which is what a policy needs, and does nothing before a pipe.',
    find: overNetwork((network) =>
      statuses(network, (status) => status >= 400 && status < 500 && ![404, 410].includes(status)),
    ),
  },
  {
    id: 'MG0809',
    group: 'Public modules',
    claim: 'no place fails by itself',
    explanation:
      'A status of 500 and above is trouble of the server or of a proxy before it. The go command does not try again.',
    find: overNetwork((network) => statuses(network, (status) => status >= 500 || (status !== 200 && status < 400))),
  },
  {
    id: 'MG0810',
    group: 'Public modules',
    claim: 'every 200 holds what was asked for',
    explanation:
      'Log-in pages of networks and of proxies come with status 200. As .info such a page is an error; as .zip another one, without the name of the ' +
      'module; as .mod, or as `supported`, it is taken for good.',
    find: overNetwork((network) => contentFaults(network, ['html', 'malformed'])),
  },
  {
    id: 'MG0811',
    group: 'Public modules',
    claim: 'a version that is listed can be downloaded',
    explanation:
      'The go command chooses a version by list and info, and only then asks for the zip. A proxy that lists a version and refuses its zip makes ' +
      'builds fail instead of taking another version.',
    find: overNetwork(({ places, module }) => places.flatMap((place) => listedOnly(place, module.version))),
  },
  {
    id: 'MG0812',
    group: 'Public modules',
    claim: 'an info speaks of the version that was asked for',
    explanation: 'For a canonical version the go command takes an .info with exactly that version and no other.',
    find: overNetwork((network) => contentFaults(network, ['other-version'])),
  },
  {
    id: 'MG0813',
    group: 'Public modules',
    claim: 'redirects are few and stay secure',
    explanation: 'The go command follows at most ten redirects, and none from https to http.',
    find: overNetwork((network) =>
      troublesOf(network, ['redirect-insecure', 'redirect-loop', 'too-large']).map(
        ({ place, answer, trouble, url }) => ({
          severity: 'problem',
          title: `${url}: ${trouble.message}`,
          detail: consequence(network, place, answer),
          evidence: [{ place: url, text: (answer?.redirects ?? []).slice(0, 3).join(' → ') || trouble.message }],
          fix: { words: 'Have the server answer itself, or send clients on to an https URL.' },
        }),
      ),
    ),
  },
  {
    id: 'MG0816',
    group: 'Public modules',
    claim: 'somebody in the chain has the module',
    explanation:
      'A 404 is an ordinary answer of a proxy that does not have a module. When the last place says so too, the build ends.',
    find: overNetwork(foundNowhere),
  },
]

/** Database questions have checks of their own. */
function isModuleAnswer({ answer }: Said): boolean {
  return !['supported', 'lookup', 'head'].includes(answer.thing)
}

function statuses(network: NetworkEvidence, isMeant: (status: number) => boolean): readonly Found[] {
  const meant = answersOf(network).filter((said) => isModuleAnswer(said) && isMeant(said.answer.status ?? 200))
  const groups = Map.groupBy(meant, ({ place, answer }) => `${place.name} ${answer.status}`)
  return [...groups.values()].map((same) => {
    const { place, answer } = same[0]!
    const [words, fix] = refusals[answer.status!] ?? [
      answer.status! >= 500 ? 'fails' : 'gives an answer that is no success',
      'Try later, or tell who runs it.',
    ]
    return {
      severity: 'problem',
      title: `${place.name} ${words}: ${answer.status} for ${same.map((said) => said.answer.thing).join(', ')}`,
      detail: consequence(network, place, answer),
      evidence: same.slice(0, 3).map((said) => proofOf(said.answer)),
      fix: { words: fix },
    }
  })
}

function contentFaults(
  network: NetworkEvidence,
  kinds: readonly NonNullable<Answer['fault']>['kind'][],
): readonly Found[] {
  return answersOf(network).flatMap((said) => {
    const { place, answer } = said
    if (!answer.fault || !kinds.includes(answer.fault.kind)) return []
    if (!isModuleAnswer(said) && answer.fault.kind !== 'html') return []
    return [
      {
        severity: 'problem',
        title: `${answer.url}: ${answer.fault.message}`,
        detail: consequence(network, place, answer),
        evidence: [proofOf(answer)],
        fix: {
          words:
            answer.fault.kind === 'html'
              ? 'Open the URL in a browser and log in, or correct the base path of the proxy in GOPROXY.'
              : 'Tell who runs the proxy; its answer breaks the GOPROXY protocol.',
        },
      },
    ]
  })
}

function listedOnly(place: Place, version: string | undefined): readonly Found[] {
  const answer = (thing: Answer['thing']) => place.answers.find((candidate) => candidate.thing === thing)
  const [list, zip] = [answer('list'), answer('zip')]
  const isListed = list?.status === 200 && version !== undefined && list.text.split('\n').includes(version)
  if (!isListed || zip === undefined || zip.status === undefined || zip.status === 200) return []
  return [
    {
      severity: 'problem',
      title: `${place.name} lists ${version} and answers ${zip.status} for its zip`,
      detail: 'Whoever asks for the newest version gets an error instead of an older one.',
      evidence: [proofOf(list), proofOf(zip)],
      fix: { words: 'Have the version taken out of @v/list and @latest, too, or its zip let through.' },
    },
  ]
}

function foundNowhere({ places, module }: NetworkEvidence): readonly Found[] {
  const asked = places.filter(({ reached, kind }) => reached && kind !== 'database')
  const infos = asked.map((place) => place.answers.find(({ thing }) => thing === 'info'))
  const isAbsent = infos.length > 0 && infos.every((answer) => answer?.status === 404 || answer?.status === 410)
  if (!isAbsent) return []
  return [
    {
      severity: 'problem',
      title: `nobody in GOPROXY has ${module.path}${module.version === undefined ? '' : `@${module.version}`}`,
      evidence: infos.map((answer) => proofOf(answer!)),
      fix: {
        words: 'Check path and version; a private module needs its prefix in GOPRIVATE, or a proxy that has it.',
        commands: [`modgate explain ${module.path}`],
      },
    },
  ]
}
