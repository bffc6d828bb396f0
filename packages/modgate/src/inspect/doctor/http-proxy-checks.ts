/** What do HTTPS_PROXY and its relatives do to the go command? */

import type { GoEnvironment } from '../evidence/go-environment.ts'
import { detourOf } from '../evidence/network-detour.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { hostOf, isLoopback, proxiesOf } from './proxy-list.ts'

export const httpProxyChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0110',
    group: 'Settings',
    claim: 'The variables for HTTP proxies are ones that the go command heeds',
    explanation:
      'For https URLs the go command goes through HTTPS_PROXY, for http URLs through HTTP_PROXY, in capitals or small letters. ALL_PROXY is ' +
      'nothing to it, unlike to curl. 127.0.0.1 and localhost are never reached through a proxy. NO_PROXY lists hosts, domains and networks ' +
      'that are reached without.',
    find: ({ go }) => [...ignoredAll(go), ...onlyHttp(go), ...exempt(go)],
  },
]

const variable = ({ environment }: GoEnvironment, name: string) => {
  const names = [name, name.toLowerCase()]
  const found = names.find((each) => (environment[each] ?? '') !== '')
  return found === undefined ? undefined : { name: found, value: environment[found]! }
}

function ignoredAll(go: GoEnvironment): readonly Found[] {
  const all = variable(go, 'ALL_PROXY')
  if (!all || variable(go, 'HTTPS_PROXY')) return []
  return [
    {
      severity: 'warning',
      title: `${all.name} is set and HTTPS_PROXY is not: the go command ignores ${all.name}`,
      evidence: [{ place: `${all.name} in the environment`, text: all.value }],
      fix: {
        words: 'Set HTTPS_PROXY too, if the go command has to go through it.',
        commands: [`export HTTPS_PROXY="$${all.name}"`],
      },
    },
  ]
}

function onlyHttp(go: GoEnvironment): readonly Found[] {
  const http = variable(go, 'HTTP_PROXY')
  if (!http || variable(go, 'HTTPS_PROXY') || !urls(go).some(({ protocol }) => protocol === 'https:')) return []
  return [
    {
      severity: 'warning',
      title: `${http.name} is set and HTTPS_PROXY is not: https proxies of GOPROXY are asked without it`,
      evidence: [{ place: `${http.name} in the environment`, text: http.value }],
      fix: {
        words: 'Set HTTPS_PROXY too, if this network wants it.',
        commands: [`export HTTPS_PROXY="$${http.name}"`],
      },
    },
  ]
}

/** Some of the list go through it, and others do not: that is meant, or it is the reason why they cannot be reached. */
function exempt(go: GoEnvironment): readonly Found[] {
  const none = variable(go, 'NO_PROXY')
  if (!none || !variable(go, 'HTTPS_PROXY')) return []
  return urls(go)
    .filter(({ host }) => !isLoopback(host))
    .filter((url) => url.protocol === 'https:' && detourOf(url, go.environment) === undefined)
    .map((url) => ({
      severity: 'note',
      title: `${url.host} is reached without HTTPS_PROXY: ${none.name} has it`,
      evidence: [{ place: `${none.name} in the environment`, text: none.value }],
      limits: `that ${url.host} can be reached from here without it; --deep tries`,
    }))
}

function urls(go: GoEnvironment): readonly URL[] {
  return (proxiesOf(go) ?? []).flatMap((entry) =>
    entry.kind === 'proxy' && hostOf(entry) !== undefined ? [new URL(entry.url)] : [],
  )
}
