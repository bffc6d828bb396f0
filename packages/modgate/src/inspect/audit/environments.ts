/** Sets of settings that a build runs with: those of a scope of a file, and of the scopes around it. */

import { hideSecrets } from '../../core/secrets.ts'
import { fetchSettingNames, type FetchSettings } from '../../policy/fetch-settings.ts'
import { fetchSettingsOf, type GoEnvironment } from '../evidence/go-environment.ts'
import { settingsFile } from '../evidence/ci-files.ts'
import type { Reach, WrittenSetting } from '../evidence/settings-in-text/index.ts'
import type { Evidence } from '../finding.ts'

export interface BuildEnvironment {
  /** In words: `.github/workflows/ci.yml, job build`. */
  readonly name: string
  readonly reach: Reach
  readonly settings: FetchSettings
  /** The file whose settings they are; undefined for those of a machine. */
  readonly file?: string
  /** Whether a build runs with them as they are: a script runs in somebody's environment, a job of a workflow in its own. */
  readonly isBuild: boolean
  /** Settings that are written, but known only when they run. */
  readonly unknown: ReadonlySet<string>
  /** How far a setting in it reaches. */
  reachOf(name: string): Reach
  /** Where a setting stands; empty where it is go's own. */
  evidence(name: string): readonly Evidence[]
}

/**
 * Stands for the proxy that go has built in: what it is called is of no matter here, that it is everybody's is.
 */
export const defaultProxy = 'https://default-module-proxy.invalid'

/** What go does where nothing is set. */
export const goDefaults: FetchSettings = {
  GOPROXY: `${defaultProxy},direct`,
  GOPRIVATE: '',
  GONOPROXY: '',
  GOSUMDB: 'sum.golang.org',
  GONOSUMDB: '',
  GOINSECURE: '',
  GOVCS: '',
  GOAUTH: 'netrc',
  GOFLAGS: '',
  GOTOOLCHAIN: 'auto',
  GO111MODULE: '',
}

/** No repository has more settings than these; each is looked at with every module in use. */
const maxSettings = 300

/** The environment around every setting that is written, in the order of the files. */
export function environmentsOf(written: readonly WrittenSetting[]): readonly BuildEnvironment[] {
  const byFile = Map.groupBy(written.slice(0, maxSettings), ({ file }) => file)
  return [...byFile.values()].flatMap((settings) => {
    const last = new Map(settings.map((setting) => [JSON.stringify(setting.scope), setting]))
    return settings.map((own) => environment(own, settings, last.get(JSON.stringify(own.scope)) === own))
  })
}

function environment(own: WrittenSetting, inFile: readonly WrittenSetting[], isLast: boolean): BuildEnvironment {
  const around = inFile.filter(({ scope }) => scope.every((part, index) => own.scope[index] === part))
  const effective = new Map<string, WrittenSetting>()
  // The innermost counts, and in one scope the last; what this one says is what it is about.
  for (const setting of around.toSorted((a, b) => a.scope.length - b.scope.length)) effective.set(setting.name, setting)
  effective.set(own.name, own)
  const leaf = inFile.every(
    ({ scope, reach }) =>
      scope.length <= own.scope.length ||
      reach === 'command' ||
      !own.scope.every((part, index) => scope[index] === part),
  )
  return {
    file: own.file,
    name: `${own.file}, ${own.where}`,
    reach: own.reach,
    isBuild: isLast && leaf && own.reach !== 'command' && isStandalone(own.file),
    settings: effectiveSettings(new Map([...effective].map(([name, { value }]) => [name, value ?? '']))),
    unknown: new Set([...effective.values()].filter(({ value }) => value === undefined).map(({ name }) => name)),
    reachOf: (name) => (effective.get(name) ?? inherited(name, effective) ?? own).reach,
    evidence: (name) => settingEvidence(effective.get(name) ?? inherited(name, effective)),
  }
}

/** Composite actions, scripts and makefiles inherit what their caller has. */
function isStandalone(file: string): boolean {
  const kind = settingsFile(file)
  if (kind === undefined || /(^|\/)action\.ya?ml$/.test(file)) return false
  return kind.automatic || kind.syntax === 'go-env'
}

function inherited(name: string, effective: ReadonlyMap<string, WrittenSetting>): WrittenSetting | undefined {
  return name === 'GONOSUMDB' || name === 'GONOPROXY' ? effective.get('GOPRIVATE') : undefined
}

/** Where a written setting stands. */
export function settingEvidence(setting: WrittenSetting | undefined): readonly Evidence[] {
  if (setting === undefined) return []
  return [
    {
      place: setting.file,
      line: setting.line,
      text: hideSecrets(`${setting.name}=${setting.text} (${setting.where})`),
    },
  ]
}

/** As the go command completes them: what is empty is not set, and the patterns inherit GOPRIVATE's. */
export function effectiveSettings(written: ReadonlyMap<string, string>): FetchSettings {
  const own = (name: string): string => written.get(name) ?? ''
  const values = Object.fromEntries(fetchSettingNames.map((name) => [name, own(name) || goDefaults[name]])) as Record<
    (typeof fetchSettingNames)[number],
    string
  >
  return { ...values, GONOPROXY: values.GONOPROXY || values.GOPRIVATE, GONOSUMDB: values.GONOSUMDB || values.GOPRIVATE }
}

/** The one of a machine's own settings. */
export function machineEnvironment(go: GoEnvironment): BuildEnvironment {
  const settings = fetchSettingsOf(go)
  const proxy = go.variables.get('GOPROXY')
  const isDefault = proxy === undefined || proxy.origin === 'built-in' || proxy.origin === 'goroot-file'
  return {
    name: 'the go settings of this machine',
    reach: 'machine',
    isBuild: true,
    settings: {
      ...settings,
      GOPROXY: isDefault || settings.GOPROXY === '' ? goDefaults.GOPROXY : settings.GOPROXY,
      GOSUMDB: settings.GOSUMDB || goDefaults.GOSUMDB,
      GONOPROXY: settings.GONOPROXY || settings.GOPRIVATE,
      GONOSUMDB: settings.GONOSUMDB || settings.GOPRIVATE,
    },
    unknown: new Set(),
    reachOf: () => 'machine',
    evidence(name) {
      const found = go.variables.get(name)
      const variable = found?.value ? found : name.startsWith('GONO') ? go.variables.get('GOPRIVATE') : undefined
      return variable?.value ? [{ place: `${variable.name} ${variable.place}`, text: variable.value }] : []
    },
  }
}

/** What go does with no setting at all, for repositories that bring none. */
export const defaultEnvironment: BuildEnvironment = {
  name: 'no settings at all',
  reach: 'machine',
  isBuild: true,
  settings: goDefaults,
  unknown: new Set(),
  reachOf: () => 'machine',
  evidence: () => [],
}
