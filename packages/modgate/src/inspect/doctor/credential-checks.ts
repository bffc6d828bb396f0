/** Does the go command send the credentials that netrc has for it, and does git send anything? */

import type { GoEnvironment } from '../evidence/go-environment.ts'
import type { Check, Found } from '../finding.ts'
import type { Netrc } from '../evidence/netrc.ts'
import type { DoctorEvidence } from './evidence.ts'
import { proxiesOf } from './proxy-list.ts'
import { placeOf } from './setting-words.ts'

export const credentialChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0309',
    group: 'Private modules',
    claim: 'netrc names each proxy as the go command looks for it',
    explanation:
      'The go command compares the machine of netrc with host and port together: for https://gate.example:8443 the entry has to say gate.example:8443. ' +
      'An entry needs a login and a password, and default counts for nothing.',
    find: ({ go, netrc }) => netrc && [...withoutPort(go, netrc), ...incomplete(go, netrc)],
  },
  {
    id: 'MG0310',
    group: 'Private modules',
    claim: 'Credentials are for https',
    explanation:
      'The go command sends what netrc or GOAUTH has over https only. A plain http proxy never sees it, and answers 401.',
    find: ({ go, netrc }) => netrc && overHttp(go, netrc),
  },
  {
    id: 'MG0312',
    group: 'Private modules',
    claim: 'git checks the certificates of the hosts that it fetches from',
    explanation:
      'With http.sslVerify=false, or GIT_SSL_NO_VERIFY, git fetches from whoever answers. The go command verifies private modules by go.sum alone, ' +
      'so that the first download of a version is believed as it comes.',
    find: ({ git }) =>
      git?.unchecked.map((host) => ({
        severity: 'warning',
        title: `git does not check the certificate of ${host}`,
        evidence: [
          {
            place:
              host === 'every host' ? 'http.sslVerify of git, or GIT_SSL_NO_VERIFY' : `http.${host}.sslVerify of git`,
          },
        ],
        fix: {
          words: 'Let git know the authority instead (http.sslCAInfo), and take the setting away.',
          commands: [
            host === 'every host'
              ? 'git config --global --unset http.sslVerify'
              : `git config --global --unset http.${host}.sslVerify`,
          ],
        },
      })),
  },
]

interface ProxyUrl {
  readonly url: URL
  readonly go: GoEnvironment
}

function urls(go: GoEnvironment): readonly ProxyUrl[] {
  return (proxiesOf(go) ?? []).flatMap((entry) =>
    entry.kind === 'proxy' && URL.canParse(entry.url) ? [{ url: new URL(entry.url), go }] : [],
  )
}

function isNetrcUsed(go: GoEnvironment): boolean {
  const value = go.variables.get('GOAUTH')?.value ?? ''
  return value === '' || value.split(';').some((method) => method.trim() === 'netrc')
}

function withoutPort(go: GoEnvironment, { path, entries }: Netrc): readonly Found[] {
  if (!isNetrcUsed(go)) return []
  return urls(go)
    .filter(({ url }) => url.protocol === 'https:' && url.port !== '' && url.username === '')
    .filter(({ url }) => !entries.some(({ machine }) => machine === url.host))
    .flatMap(({ url }) => {
      const entry = entries.find(({ machine }) => machine === url.hostname)
      if (!entry) return []
      return [
        {
          severity: 'problem',
          title: `netrc has ${url.hostname}, and the go command looks for ${url.host}: no credentials are sent`,
          evidence: [
            { place: path, line: entry.line, text: `machine ${entry.machine}` },
            placeOf(go.variables.get('GOPROXY')!),
          ],
          fix: { words: `Write machine ${url.host} in ${path}.` },
        },
      ]
    })
}

function incomplete(go: GoEnvironment, { path, entries }: Netrc): readonly Found[] {
  if (!isNetrcUsed(go)) return []
  const hosts = new Set(urls(go).map(({ url }) => url.host))
  return entries
    .filter(({ machine, hasLogin, hasPassword }) => hosts.has(machine) && !(hasLogin && hasPassword))
    .map(({ machine, line, hasLogin }) => ({
      severity: 'problem',
      title: `netrc has no ${hasLogin ? 'password' : 'login'} for ${machine}: the go command takes no such entry`,
      evidence: [{ place: path, line, text: `machine ${machine}` }],
      fix: { words: 'Give the entry both, a login and a password.' },
    }))
}

function overHttp(go: GoEnvironment, { path, entries }: Netrc): readonly Found[] {
  return urls(go)
    .filter(({ url }) => url.protocol === 'http:')
    .flatMap(({ url }) => {
      const entry = entries.find(({ machine }) => machine === url.host || machine === url.hostname)
      if (!entry) return []
      return [
        {
          severity: 'warning',
          title: `netrc has credentials for ${entry.machine}, and GOPROXY asks it over plain http: they are never sent`,
          evidence: [
            { place: path, line: entry.line, text: `machine ${entry.machine}` },
            placeOf(go.variables.get('GOPROXY')!),
          ],
          fix: { words: `Use https:// for ${url.host} in GOPROXY.` },
        },
      ]
    })
}
