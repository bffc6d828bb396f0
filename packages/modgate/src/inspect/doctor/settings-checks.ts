/** Does the go command get the settings that somebody gave it? */

import { nearest } from '../../config/index.ts'
import { shellWord } from '../../core/shell-word.ts'
import { fetchSettingNames } from '../../policy/fetch-settings.ts'
import type { GoEnvironment } from '../evidence/go-environment.ts'
import { goVariableRules, onlyGoKnows } from '../evidence/go-variables.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { imaginarySettings } from './imaginary-settings.ts'
import { isSet, placeOf, setting } from './setting-words.ts'

export const settingsChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0102',
    group: 'Settings',
    claim: 'No variable is set to nothing in the hope that this turns it off',
    explanation:
      'An empty variable counts as not set: GOPROXY= does not turn proxies off, and GONOPROXY= does not undo GOPRIVATE. Write `off` ' +
      'for GOSUMDB, `direct` or `off` for GOPROXY, and a word that matches nothing, as `none`, for lists of patterns.',
    find: ({ go }) => fetchSettingNames.flatMap((name) => emptied(go, name)),
  },
  {
    id: 'MG0103',
    group: 'Settings',
    claim: 'What go env -w wrote is what counts',
    explanation:
      'A variable of the environment wins over the file of go env -w. Shell profiles, CI systems and container images set such variables, ' +
      'and then a change by go env -w has no effect in that shell.',
    find: ({ go }) => fetchSettingNames.flatMap((name) => overruled(go, name)),
  },
  {
    id: 'MG0104',
    group: 'Settings',
    claim: 'Every name in the file of go env -w, and every name like one in the environment, is one that go knows',
    explanation:
      'Unknown names are ignored without a word. Only go env -w itself refuses them; an editor, a shell or a CI system does not.',
    find: ({ go }) => unknownNames(go),
  },
  {
    id: 'MG0105',
    group: 'Settings',
    claim: 'Nothing is set that the go command never had',
    explanation:
      'Much advice names settings that no go command has. They are ignored, or make every download fail; none does what is said of it.',
    find: ({ go }) => imaginary(go),
  },
  {
    id: 'MG0108',
    group: 'Settings',
    claim: 'The file of go env -w is read, and is the usual one',
    explanation:
      'GOENV names the file that go env -w writes to and that every go command reads. GOENV=off makes it read none, so that settings which ' +
      'were made for all projects do not count. GOENV cannot be set by go env -w.',
    find: ({ go }) => goenvElsewhere(go),
  },
  {
    id: 'MG0109',
    group: 'Settings',
    claim: 'Modules are on',
    explanation:
      'GO111MODULE=off brings back the time before modules: go.mod, go.sum and GOPROXY are ignored. Nothing that was written since 2021 needs it.',
    find: ({ go }) => modulesOff(go),
  },
]

function emptied(go: GoEnvironment, name: string): readonly Found[] {
  const variable = go.variables.get(name)
  if (variable === undefined || variable.value === '' || go.environment[name] !== '') return []
  const off = { GOPROXY: 'direct', GOSUMDB: 'off', GONOPROXY: 'none', GONOSUMDB: 'none', GOPRIVATE: 'none' }[name]
  return [
    {
      severity: 'warning',
      title: `${name} is empty in the environment, which counts as not set: it is ${JSON.stringify(variable.value)}`,
      detail: `The value that counts comes from elsewhere: ${variable.place}.`,
      evidence: [{ place: `${name} in the environment`, text: '' }, placeOf(variable)],
      fix: {
        words:
          off === undefined ? 'Remove the empty variable.' : `Remove the empty variable; to have none, write ${off}.`,
        commands: [`unset ${name}`],
      },
    },
  ]
}

function overruled(go: GoEnvironment, name: string): readonly Found[] {
  const variable = go.variables.get(name)
  const written = variable?.overridden.find(({ place }) => place.startsWith(`in ${go.goenvFile?.path}:`))
  if (variable?.origin !== 'environment' || !written || written.value === variable.value) return []
  return [
    {
      severity: 'warning',
      title: `${name} of go env -w does not count here: the environment says ${JSON.stringify(variable.value)}`,
      evidence: [placeOf(variable), { place: `${name} ${written.place}`, text: written.value }],
      fix: {
        words: 'Take the variable out of the environment, or set it there to what you want.',
        commands: [`unset ${name}`],
      },
    },
  ]
}

/** Real ones that `go env` does not print, and those of Go's programs beside the go command. */
const otherNames = [
  ...['GO386', 'GOAMD64', 'GOARM', 'GOARM64', 'GOMIPS', 'GOMIPS64', 'GOPPC64', 'GORISCV64', 'GOWASM', 'FC'],
  ...['GOMAXPROCS', 'GOGC', 'GOMEMLIMIT', 'GOTRACEBACK', 'GORACE', 'GOCOVERDIR', 'GOROOT_FINAL', 'GOROOT_BOOTSTRAP'],
  ...['GO_EXTLINK_ENABLED', 'GOSSAFUNC', 'GOSSAPKG', 'GOPACKAGESDRIVER', 'GOLANG_VERSION', 'GOPROXYTOKEN', 'GOPKG'],
]

const knownNames: ReadonlySet<string> = new Set([...goVariableRules.keys(), ...onlyGoKnows, ...otherNames])

function unknownNames(go: GoEnvironment): readonly Found[] {
  const inFile = linesOf(go).filter(({ name }) => !knownNames.has(name) && !/^CGO_.*_(DIS)?ALLOW$/.test(name))
  const inEnvironment = Object.keys(go.environment).flatMap((name) =>
    knownNames.has(name) || !/^GO[A-Z0-9]{2,}$/.test(name) ? [] : [{ name, place: `${name} in the environment` }],
  )
  const found = (
    item: { name: string; place: string; line?: number; text?: string },
    meant: string | undefined,
  ): Found => ({
    severity: 'warning',
    title: `${item.name} is no variable of the go command${meant === undefined ? '' : `: ${meant} is`}`,
    evidence: [
      { place: item.place, ...(item.line !== undefined && { line: item.line }), ...(item.text && { text: item.text }) },
    ],
    fix: {
      words: meant === undefined ? `Remove ${item.name}.` : `Set ${meant} instead, and remove ${item.name}.`,
      ...(item.line !== undefined && { change: { kind: 'go-env', variable: item.name, value: undefined } as const }),
    },
  })
  const meantBy = (name: string) => nearest(name, fetchSettingNames)
  return [
    ...inFile.filter(({ text }) => !isImaginary(text)).map((item) => found(item, meantBy(item.name))),
    // The environment is full of other programs' names: only those count that are very near.
    ...inEnvironment
      .filter(({ name }) => !isImaginary(`${name}=`))
      .flatMap((item) => {
        const meant = meantBy(item.name)
        return meant !== undefined && Math.abs(meant.length - item.name.length) <= 1 && isNear(item.name, meant)
          ? [found(item, meant)]
          : []
      }),
  ]
}

/** One letter more, less, other, or two changed about. */
function isNear(name: string, meant: string): boolean {
  const letters = (text: string) => Array.from(text).sort().join('')
  if (letters(name) === letters(meant)) return true
  const [short, long] = name.length <= meant.length ? [name, meant] : [meant, name]
  let at = 0
  while (at < short.length && short[at] === long[at]) at++
  return short.slice(at + (short.length === long.length ? 1 : 0)) === long.slice(at + 1)
}

function linesOf({ goenvFile }: GoEnvironment) {
  return (goenvFile?.text?.split('\n') ?? []).flatMap((text, index) => {
    const name = /^([A-Z][^=]*)=/.exec(text)?.[1]
    return name === undefined ? [] : [{ name, text, place: goenvFile!.path, line: index + 1 }]
  })
}

function isImaginary(text: string): boolean {
  return imaginarySettings.some(({ finds }) => finds.test(text))
}

/** What somebody set and the go command does not have. */
export function imaginary(go: GoEnvironment): readonly Found[] {
  const exported = Object.entries(go.environment).flatMap(([name, value = '']) =>
    value !== '' && /^GO/.test(name) ? [{ text: `${name}=${value}`, place: `${name} in the environment` }] : [],
  )
  return [...exported, ...linesOf(go)].flatMap(({ text, ...place }) => {
    const known = imaginarySettings.find(({ finds }) => finds.test(text))
    if (!known) return []
    const { words, instead } = known
    return [{ severity: 'problem', title: `${text} ${words}`, evidence: [{ ...place, text }], fix: { words: instead } }]
  })
}

function goenvElsewhere(go: GoEnvironment): readonly Found[] {
  const chosen = go.environment['GOENV'] ?? ''
  if (go.goenvFile?.unreadable !== undefined) return [unreadable(go.goenvFile.path, go.goenvFile.unreadable)]
  if (chosen === '') return []
  const evidence = [{ place: 'GOENV in the environment', text: chosen }]
  const fix = { words: 'Remove GOENV to go back to the usual file.', commands: ['unset GOENV'] }
  if (chosen === 'off') {
    return [{ severity: 'note', title: 'GOENV=off: nothing that go env -w wrote counts', evidence, fix }]
  }
  if (go.goenvFile?.text !== undefined) {
    return [
      {
        severity: 'note',
        title: `GOENV=${chosen}: go env -w writes there, and the usual file is not read`,
        evidence,
        fix,
      },
    ]
  }
  return [
    { severity: 'warning', title: `GOENV=${chosen} cannot be read, so no file of go env -w counts`, evidence, fix },
  ]
}

function unreadable(path: string, why: string): Found {
  return {
    severity: 'problem',
    title: `${path} is there and cannot be read, so nothing that go env -w wrote counts`,
    detail: 'The go command says nothing about it.',
    evidence: [{ place: path, text: why }],
    fix: { words: 'Make it a file that you may read, or remove it.', commands: [`ls -ld ${shellWord(path)}`] },
  }
}

function modulesOff(go: GoEnvironment): readonly Found[] {
  const variable = isSet(go, 'GO111MODULE')
  if (variable === undefined || variable.value === 'on') return []
  const { value } = variable
  const fix = setting('Remove GO111MODULE: modules are on without it.', variable, undefined)
  const evidence = [placeOf(variable)]
  if (value === 'off') {
    const title = 'GO111MODULE=off: go.mod, go.sum and GOPROXY are ignored'
    return [{ severity: 'problem', title, evidence, fix }]
  }
  if (value === 'auto') {
    const title = 'GO111MODULE=auto: outside of a module, go works as before modules'
    return [{ severity: 'note', title, evidence, fix }]
  }
  const title = `GO111MODULE=${value} is none of on, off and auto: go stops with "unknown environment setting"`
  return [{ severity: 'problem', title, evidence, fix }]
}
