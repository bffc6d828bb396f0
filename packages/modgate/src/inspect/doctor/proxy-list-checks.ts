/** Is GOPROXY a list that the go command can use, and who is asked by it? */

import { parseProxyList, SettingError, type ProxyEntry } from '@modgate/gomod/goenv'
import type { GoEnvironment, GoVariable } from '../evidence/go-environment.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { hostOf, isLoopback, isPublicProxy, meantList, proxiesOf, wordsOf } from './proxy-list.ts'
import { few, isSet, placeOf, setting } from './setting-words.ts'

export const proxyListChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0101',
    group: 'Settings',
    claim: 'GOPROXY is a list that the go command can read',
    explanation:
      'Entries are separated by a comma (ask the next one after 404 and 410 only) or a pipe (after any error). An entry is a URL with https, ' +
      'http or file, a host with a dot or a port, or one of the words direct and off in small letters. The go command stops before it asks ' +
      'anybody when an entry is none of them.',
    find: ({ go }) => unreadable(go),
  },
  {
    id: 'MG0201',
    group: 'Public modules',
    claim: 'No proxy in GOPROXY is one that its operators took down',
    explanation:
      'Some public proxies of earlier years were given up, and old advice still names them. What answers under their names today, if anything, ' +
      'is not what the advice meant.',
    find: ({ go }) => retired(go),
  },
  {
    id: 'MG0202',
    group: 'Public modules',
    claim: 'No refusal of a proxy with rules is passed by, to somebody without rules',
    explanation:
      'After a pipe every error sends the go command on: also 403 for a version that is blocked, and also a proxy that is down for a moment. ' +
      'After a comma only 404 and 410 do.',
    find: ({ go }) => passedBy(go),
  },
  {
    id: 'MG0203',
    group: 'Public modules',
    claim: 'Something is asked for modules',
    explanation:
      'GOPROXY=off lets the go command use what it has already, and fetch nothing: not even private modules of GONOPROXY.',
    find: ({ go }) => nothingAsked(go),
  },
  {
    id: 'MG0205',
    group: 'Public modules',
    claim: 'Every entry of GOPROXY can be come to',
    explanation: 'direct and off end the list, and a proxy that stands in it twice is asked the same thing twice.',
    find: ({ go }) => deadEntries(go),
  },
  {
    id: 'MG0206',
    group: 'Public modules',
    claim: 'Proxies are asked over TLS',
    explanation:
      'The go command takes a plain http proxy without complaint. Whoever is on the way reads the names of all modules, and can change what ' +
      'neither go.sum nor a checksum database knows yet. GOINSECURE plays no part in it.',
    find: ({ go }) => plainHttp(go),
  },
  {
    id: 'MG0207',
    group: 'Public modules',
    claim: 'No credentials are in the URL of a plain http proxy',
    explanation:
      'The go command refuses to send them: "refusing to pass credentials to insecure URL". Over https it does send them.',
    find: ({ go }) => credentials(go),
  },
  {
    id: 'MG0208',
    group: 'Public modules',
    claim: 'Every file:// proxy is there',
    explanation:
      'A file:// proxy whose directory is not there answers "not found" to everything, without a word about the directory.',
    find: ({ go, missingFolders }) =>
      missingFolders?.map((url) => ({
        severity: 'warning',
        title: `the directory of ${url} is not there: that entry of GOPROXY has no module`,
        evidence: goproxy(go),
        fix: { words: 'Correct the path (three slashes, then the absolute path), or take the entry out.' },
      })),
  },
]

function goproxy(go: GoEnvironment) {
  const variable = go.variables.get('GOPROXY')
  return variable ? [placeOf(variable)] : []
}

function unreadable(go: GoEnvironment): readonly Found[] | undefined {
  const variable = isSet(go, 'GOPROXY')
  if (variable === undefined) return undefined
  try {
    parseProxyList(variable.value)
    return wrongSeparator(variable)
  } catch (error) {
    if (!(error instanceof SettingError)) throw error
    const meant = meantList(variable.value)
    const words = 'Separate entries by a comma, give each a scheme, and write direct and off in small letters.'
    return [
      {
        severity: 'problem',
        title: `GOPROXY cannot be read: ${error.message}`,
        detail: 'Every command that needs a module stops with this message.',
        evidence: [placeOf(variable)],
        // Without a list to propose, the way back is the one that came with Go.
        fix: meant === undefined ? { words, commands: ['go env -u GOPROXY'] } : setting(words, variable, meant),
      },
    ]
  }
}

/** Some lists with a semicolon or a space in them pass for one URL, and then all of it is taken for a host that nobody has. */
function wrongSeparator(variable: GoVariable): readonly Found[] {
  const word = wordsOf(variable.value).find((each) => /^[^/]*:\/\/[^/]*[;\s]|[;\s]\s*https?:/.test(each))
  const meant = word === undefined ? undefined : meantList(variable.value)
  if (word === undefined || meant === undefined) return []
  return [
    {
      severity: 'problem',
      title: `GOPROXY is separated by something else than a comma: ${word} is one entry to the go command`,
      evidence: [placeOf(variable)],
      fix: setting('Separate entries by a comma.', variable, meant),
    },
  ]
}

const retiredHosts: ReadonlySet<string> = new Set(['athens.azurefd.net', 'gocenter.io'])

function retired(go: GoEnvironment): readonly Found[] | undefined {
  const hosts = proxiesOf(go)?.flatMap((entry) => hostOf(entry) ?? [])
  return hosts
    ?.filter((host) => retiredHosts.has(host.toLowerCase()))
    .map((host) => ({
      severity: 'warning',
      title: `${host} in GOPROXY was given up by its operators`,
      evidence: goproxy(go),
      fix: { words: 'Take it out of the list.' },
      limits: 'whether something answers there now; --deep asks it',
    }))
}

function passedBy(go: GoEnvironment): readonly Found[] | undefined {
  const entries = proxiesOf(go)
  return entries?.flatMap((entry, at) => {
    const host = hostOf(entry)
    const next = entries[at + 1]
    if (entry.kind !== 'proxy' || entry.fallback !== 'any' || host === undefined) return []
    if (isPublicProxy(go, host) || next === undefined || next.kind === 'off') return []
    const variable = go.variables.get('GOPROXY')!
    return [
      {
        severity: 'warning',
        title: `after any error of ${host} the go command goes on to ${nameOf(next)}: a | follows it`,
        detail: `What ${host} refuses (403) is then fetched from ${nameOf(next)}.`,
        evidence: goproxy(go),
        fix: setting(
          'Write a comma in its place, if the proxy is meant to decide.',
          variable,
          variable.value.replaceAll('|', ','),
        ),
        limits: `that ${host} has rules`,
      },
    ]
  })
}

function nameOf(entry: ProxyEntry): string {
  return entry.kind === 'proxy'
    ? (hostOf(entry) ?? entry.url)
    : entry.kind === 'direct'
      ? "each module's own host"
      : 'nobody'
}

function nothingAsked(go: GoEnvironment): readonly Found[] | undefined {
  const entries = proxiesOf(go)
  if (entries === undefined) return undefined
  if (entries[0]?.kind !== 'off') return []
  const variable = go.variables.get('GOPROXY')!
  const fix = setting('Remove the setting, unless nothing is to be fetched here.', variable, undefined)
  return [
    { severity: 'warning', title: 'GOPROXY begins with off: no module can be fetched', evidence: goproxy(go), fix },
  ]
}

function deadEntries(go: GoEnvironment): readonly Found[] | undefined {
  const entries = proxiesOf(go)
  if (entries === undefined) return undefined
  const variable = go.variables.get('GOPROXY')!
  const words = wordsOf(variable.value)
  const behind = words.slice(entries.length)
  const end = entries.at(-1)!.kind
  const urls = entries.flatMap((entry) => (entry.kind === 'proxy' ? [entry.url.replace(/\/+$/, '')] : []))
  const twice = urls.filter((url, at) => urls.indexOf(url) < at)
  return [
    ...(behind.length === 0
      ? []
      : [
          {
            severity: 'warning',
            title: `GOPROXY ends at ${end}: ${few(behind)} behind it ${behind.length === 1 ? 'is' : 'are'} never asked`,
            evidence: goproxy(go),
            fix: { words: `Put ${end} at the end of the list, or take away what follows it.` },
          } as const,
        ]),
    ...twice.map((url) => ({
      severity: 'note' as const,
      title: `${url} stands in GOPROXY twice`,
      evidence: goproxy(go),
      fix: { words: 'Take one away: it would be asked the same thing again.' },
    })),
  ]
}

function plainHttp(go: GoEnvironment): readonly Found[] | undefined {
  const hosts = proxiesOf(go)?.flatMap((entry) =>
    entry.kind === 'proxy' && /^http:/i.test(entry.url) ? (hostOf(entry) ?? []) : [],
  )
  const variable = go.variables.get('GOPROXY')
  return hosts
    ?.filter((host) => !isLoopback(host))
    .map((host) => ({
      severity: 'warning',
      title: `GOPROXY asks ${host} over plain http`,
      detail: 'The go command allows it, but anybody on the way can read and change the answers.',
      evidence: goproxy(go),
      fix: setting('Use https://.', variable!, variable!.value.replaceAll(`http://${host}`, `https://${host}`)),
      limits: 'that the host answers over https',
    }))
}

function credentials(go: GoEnvironment): readonly Found[] | undefined {
  return proxiesOf(go)?.flatMap((entry) => {
    if (entry.kind !== 'proxy' || !/^http:\/\/[^/]*@/i.test(entry.url)) return []
    return [
      {
        severity: 'problem',
        title: `GOPROXY has credentials for ${hostOf(entry) ?? 'a proxy'} in an http URL: the go command refuses to send them`,
        evidence: goproxy(go),
        fix: {
          words:
            'Use https://, and keep the credentials in netrc rather than in a variable that every process can read.',
        },
      },
    ]
  })
}
