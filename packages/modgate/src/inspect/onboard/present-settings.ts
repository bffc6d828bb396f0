/** What the settings of go here would do to a build through a gate with a log of its own: which must go, and why. */

import { isSet } from '../doctor/setting-words.ts'
import { imaginary } from '../doctor/settings-checks.ts'
import type { GoEnvironment, GoVariable } from '../evidence/go-environment.ts'
import { exempts } from '../../policy/exempts.ts'
import { exemptionNames } from './exemptions.ts'

export interface SettingVerdict {
  readonly name: string
  readonly value: string
  /** In words: `in the environment`, `in /home/me/.config/go/env:3`. */
  readonly place: string
  /** `in-force`: it is what the lines say. `replaced`: the lines set it. `must-go`: with it they do not hold. `idle`: it may stay, for nothing. */
  readonly verdict: 'in-force' | 'replaced' | 'must-go' | 'idle'
  /** A sentence without a full stop. */
  readonly why: string
}

/** Verdicts on all that somebody set, in the order in which the go command looks at them. */
export function presentSettings(
  go: GoEnvironment,
  lines: { readonly GOPROXY: string; readonly GOSUMDB: string },
): readonly SettingVerdict[] {
  return [...replaced(go, lines), ...privates(go), ...others(go), ...idle(go)]
}

function judged({ name, value, place }: GoVariable, verdict: SettingVerdict['verdict'], why: string): SettingVerdict {
  return { name, value, place, verdict, why }
}

function replaced(go: GoEnvironment, lines: { readonly GOPROXY: string; readonly GOSUMDB: string }) {
  return (['GOPROXY', 'GOSUMDB'] as const).flatMap((name) => {
    const variable = isSet(go, name)
    // What came with the installation is a default, and a line wins over it.
    if (variable === undefined || variable.origin === 'built-in' || variable.origin === 'goroot-file') return []
    if (variable.value.replace(/\/$/, '') === lines[name])
      return [judged(variable, 'in-force', 'it is what the line says')]
    return [
      judged(
        variable,
        'replaced',
        name === 'GOPROXY' ? proxyWords(variable.value, lines.GOPROXY) : databaseWords(variable.value),
      ),
    ]
  })
}

function proxyWords(value: string, url: string): string {
  const entries = value.split(/[,|]/).map((entry) => entry.trim().replace(/\/$/, ''))
  if (entries.includes(url)) return 'with others in the list, what the gate does not have is asked of them, by its name'
  return 'modules would not come from the gate'
}

function databaseWords(value: string): string {
  if (value === 'off') return 'nobody is asked what a module must hash to, and toolchains are refused'
  if (value.trim().includes(' ')) return 'with a URL behind the name, go asks there and never through the gate'
  return 'another database has no record of private modules'
}

/** GOPRIVATE decides only what the other two leave open. */
function privates(go: GoEnvironment): readonly SettingVerdict[] {
  const own = exemptionNames.flatMap((name) => {
    const variable = isSet(go, name)
    return variable === undefined || variable.inheritedFrom !== undefined ? [] : [variable]
  })
  const verdicts = own.map((variable) =>
    exempts(variable.value)
      ? judged(variable, 'must-go', exemptionWords[variable.name as keyof typeof exemptionWords])
      : judged(variable, 'idle', 'it matches no module'),
  )
  const variable = isSet(go, 'GOPRIVATE')
  if (variable === undefined) return verdicts
  if (!exempts(variable.value)) return [judged(variable, 'idle', 'it matches no module'), ...verdicts]
  const open = exemptionNames.filter((name) => !own.some((set) => set.name === name && !exempts(set.value)))
  if (open.length === 0)
    return [judged(variable, 'idle', 'GONOPROXY and GONOSUMDB overrule it; it decides about GOVCS alone'), ...verdicts]
  return [judged(variable, 'must-go', privateWords(open)), ...verdicts]
}

const exemptionWords = {
  GONOPROXY: 'what it covers goes past the gate, to its own host',
  GONOSUMDB: 'what it covers is verified by nobody, without a word: no log is asked about it',
} as const

function privateWords(open: readonly (typeof exemptionNames)[number][]): string {
  if (open.length === 2)
    return 'what it covers goes past the gate to its own host, and no log is asked about it, without a word'
  return `as the default of ${open[0]!}: ${exemptionWords[open[0]!]}`
}

function others(go: GoEnvironment): readonly SettingVerdict[] {
  const modules = isSet(go, 'GO111MODULE')
  return modules?.value === 'off' ? [judged(modules, 'must-go', 'without modules GOPROXY is not looked at')] : []
}

function idle(go: GoEnvironment): readonly SettingVerdict[] {
  const insecure = isSet(go, 'GOINSECURE')
  const words = 'it is about modules that come from their own hosts; of a gate the certificate is always checked'
  return [
    ...(insecure === undefined ? [] : [judged(insecure, 'idle', words)]),
    ...imaginary(go).flatMap(({ evidence: [where], title }): readonly SettingVerdict[] => {
      const { text = '', place = '' } = where ?? {}
      const [name = '', ...value] = text.split('=')
      // Of these two the lines have the last word.
      if (name === 'GOPROXY' || name === 'GOSUMDB') return []
      const why = title.slice(text.length).trim()
      return [{ name, value: value.join('='), place: placeIn(place), verdict: 'idle', why }]
    }),
  ]
}

function placeIn(place: string): string {
  return place.endsWith(' in the environment') ? 'in the environment' : `in ${place}`
}
