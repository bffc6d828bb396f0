/**
 * One configuration out of flags, environment, file and defaults, in this order. Everything that is wrong is said at once,
 * each with its place and an example of what would be right.
 */

import { Failure } from '../core/failure.ts'
import { readConfigFile } from './config-file.ts'
import { newLogName } from './covering-log-name.ts'
import { Draft } from './draft.ts'
import { withoutGate } from './gate-itself.ts'
import { givenEnvironment, givenFlags, unknownVariables, type FlagValues, type Origin } from './given.ts'
import { droppedWarning, sumdbOfGo, upstreamOfGo } from './go-defaults.ts'
import { readGoSettings } from './go-settings.ts'
import { dataDirectory, pathsOf, stateDirectory, type Machine } from './machine.ts'
import type { CoveringLogFiles, ServeConfig } from './serve-config.ts'
import { settingNames, type SettingName, type SettingValues } from './settings.ts'

/** A configuration, and what a person may ask about it. */
export interface LoadedConfig {
  readonly config: ServeConfig
  /** Where each value comes from. */
  readonly origins: Readonly<Record<SettingName, Origin>>
  /** Each value as it was written, without credentials; empty where nothing is set. */
  readonly texts: Readonly<Record<SettingName, string>>
  /** What is odd, but no reason not to start; a sentence each. */
  readonly warnings: readonly string[]
}

/** Throws a Failure `configuration`; its `why` has a line for each thing that is wrong. */
export async function loadServeConfig(flags: FlagValues, machine: Machine): Promise<LoadedConfig> {
  const draft = new Draft()
  await takeGiven(draft, flags, machine)
  if (!draft.isGiven('data')) {
    const data = dataDirectory(machine, 'modgate')
    draft.found('data', data, data, { kind: 'default', place: "the platform's data directory" })
  }
  if (!draft.isGiven('logKey') && draft.values.data !== undefined) {
    const key = pathsOf(machine).join(draft.values.data, 'modgate-log.key')
    draft.found('logKey', key, key, { kind: 'default', place: 'in --data' })
  }
  if (!draft.isGiven('tokens') && draft.values.data !== undefined) {
    const tokens = pathsOf(machine).join(draft.values.data, 'modgate-callers.json')
    draft.found('tokens', tokens, tokens, { kind: 'default', place: 'in --data' })
  }
  checkTlsFiles(draft)
  dropGate(draft)
  await takeGoDefaults(draft, machine)
  checkLog(draft, machine)
  checkAccess(draft)
  if (draft.problems.length > 0) throw wrong(draft.problems)
  const { origins, texts, warnings } = draft
  return { config: assemble(draft.values as SettingValues, machine), origins, texts, warnings }
}

async function takeGiven(draft: Draft, flags: FlagValues, machine: Machine): Promise<void> {
  const named = { ...givenEnvironment(machine), ...givenFlags(flags, machine) }
  const file = await readConfigFile(named.config, machine)
  draft.problems.push(...file.problems)
  draft.warnings.push(...unknownVariables(machine.environment))
  const given = { ...file.values, ...named }
  for (const name of settingNames) {
    const value = given[name]
    if (value === undefined) draft.giveDefault(name)
    else draft.give(name, value, machine)
  }
  if (file.path !== undefined && named.config === undefined) {
    draft.found('config', file.path, file.path, { kind: 'default', place: 'the working directory' })
  }
}

function checkTlsFiles(draft: Draft): void {
  const [cert, key] = [draft.isGiven('tlsCert'), draft.isGiven('tlsKey')]
  if (cert === key) return
  const { place } = draft.origins[cert ? 'tlsCert' : 'tlsKey']
  draft.problems.push(`${place}: needs ${cert ? '--tls-key' : '--tls-cert'} beside it`)
}

/** What one of the log's files and names means to another one. */
function checkLog({ values, origins, problems, warnings }: Draft, machine: Machine): void {
  const { logName, logGuard, sumdb, data, witness = [] } = values
  if (logName === 'off' && witness.length > 0) {
    warnings.push(`${origins.witness.place}: nothing is cosigned, since the log is off (--log-name off)`)
  }
  if (logName !== undefined && sumdb?.kind === 'database' && sumdb.name === logName) {
    problems.push(
      `${origins.logName.place}: ${logName} is the checksum database of --sumdb; the gate's own log needs another name`,
    )
  }
  if (logGuard !== undefined && data !== undefined && isBelow(data, logGuard, machine)) {
    problems.push(
      `${origins.logGuard.place}: ${logGuard} is in the data directory, and would be restored with it; give a file outside of ${data}`,
    )
  }
}

/** The go command sends what it has of tokens over TLS only, and everybody else should. */
function checkAccess({ values, origins, warnings }: Draft): void {
  const { access, tlsCert, publicUrl } = values
  if (access === undefined || access === 'open' || tlsCert !== undefined || publicUrl?.startsWith('https:')) return
  warnings.push(
    `${origins.access.place}: go sends a token over https only; give --tls-cert and --tls-key, or --public-url https://… of the proxy in front`,
  )
}

function isBelow(directory: string, path: string, machine: Machine): boolean {
  const { relative, isAbsolute } = pathsOf(machine)
  const way = relative(directory, path)
  return way !== '..' && !/^\.\.[/\\]/.test(way) && !isAbsolute(way)
}

/** Also somebody who wrote the list by hand may have written the gate into it. */
function dropGate(draft: Draft): void {
  const { upstream, listen } = draft.values
  if (upstream === undefined || listen === undefined) return
  const origin = draft.origins.upstream
  const { kept, dropped } = withoutGate(upstream, listen)
  draft.warnings.push(...dropped.map((entry) => droppedWarning(entry, origin.place)))
  if (kept.length === 0) draft.problems.push(`${origin.place}: leads to nothing but this gate itself; ${howToGiveOne}`)
  draft.values.upstream = kept
}

/** Upstream and checksum database, where nobody gave them. Files of Go are read only then. */
async function takeGoDefaults(draft: Draft, machine: Machine): Promise<void> {
  if (draft.isGiven('upstream') && draft.isGiven('sumdb')) return
  try {
    const go = await readGoSettings(machine)
    const origin = (place: string): Origin => ({ kind: 'go', place })
    if (!draft.isGiven('upstream')) {
      const { value, text, place, warnings } = upstreamOfGo(go, draft.values.listen ?? { host: '127.0.0.1', port: 0 })
      draft.warnings.push(...warnings)
      if (value === undefined && draft.values.offline === true)
        draft.found('upstream', [{ kind: 'off' }], 'off', offlineOrigin)
      else if (value === undefined)
        draft.problems.push(`no upstream: Go's settings have no GOPROXY here; ${howToGiveOne}`)
      else draft.found('upstream', value, text, origin(place))
    }
    if (!draft.isGiven('sumdb')) {
      const { value, text, place, warnings } = sumdbOfGo(go, await ownLogName(draft, machine))
      draft.warnings.push(...warnings)
      draft.found('sumdb', value, text, origin(place))
    }
  } catch (error) {
    draft.problems.push((error as Error).message)
  }
}

/** The name in the key of the gate's log, where it has one that can be read. */
async function ownLogName({ values: { logKey } }: Draft, machine: Machine): Promise<string | undefined> {
  const key = logKey === undefined ? undefined : await machine.readFile(logKey).catch(() => undefined)
  return key?.startsWith('PRIVATE+KEY+') ? key.split('+')[2] : undefined
}

/** An offline gate asks nobody, so it needs nobody to ask. */
const offlineOrigin: Origin = { kind: 'default', place: 'offline' }

const howToGiveOne =
  'give one with --upstream https://goproxy.corp.example, MODGATE_UPSTREAM or upstream: in modgate.yaml'

/** Where the log's files are: the key beside the data, the guard away from it. */
function logFiles(given: SettingValues, machine: Machine): CoveringLogFiles | undefined {
  // The values of settings without a default may be absent, whatever the type of the table says.
  const { logName: name, logKey: key, logGuard, publicUrl } = given as Partial<SettingValues>
  if (name === 'off') return undefined
  return {
    name,
    newName: newLogName(publicUrl, machine.hostName),
    key: key!,
    guard: logGuard === undefined ? { directory: stateDirectory(machine, 'modgate') } : { file: logGuard },
  }
}

function assemble(values: SettingValues, machine: Machine): ServeConfig {
  const { tlsCert, tlsKey } = values
  return {
    listen: values.listen,
    publicUrl: (values as Partial<SettingValues>).publicUrl,
    data: values.data,
    upstream: values.upstream,
    sumdb: values.sumdb,
    privatePatterns: values.private,
    routes: values.route,
    insecure: values.insecure,
    allowNetworks: values.allowNetwork,
    credentials: values.credential,
    versionControls: values.vcs,
    noVerify: values.noVerify,
    log: logFiles(values, machine),
    witnesses: values.witness,
    access: values.access,
    tokens: values.tokens,
    originWatchMs: values.originWatch,
    hookSecretFile: (values as Partial<SettingValues>).hookSecretFile,
    offline: values.offline,
    // The values of settings without a default may be absent, whatever the type of the table says.
    tls: (tlsCert as string | undefined) === undefined ? undefined : { cert: tlsCert, key: tlsKey },
    basePath: values.basePath,
    logFormat: values.logFormat,
    logLevel: values.logLevel,
    connectTimeoutMs: values.connectTimeout,
    firstByteTimeoutMs: values.firstByteTimeout,
    stallTimeoutMs: values.stallTimeout,
    answerTtlMs: values.answerTtl,
    absentTtlMs: values.absentTtl,
    memoryBytes: values.memory,
    cacheBytes: values.cacheSize,
    cachePins: values.cachePin,
    mirrorBytes: values.mirrorSize,
    prefetch: values.prefetch,
    prefetchBytes: values.prefetchLimit,
    shutdownTimeoutMs: values.shutdownTimeout,
    metricsModules: values.metricsModules,
  }
}

function wrong(problems: readonly string[]): Failure {
  return new Failure('configuration', {
    asked: 'configuration',
    who: 'modgate',
    why: problems.join('\n'),
    next: 'see modgate serve --help, or docs/reference/config.md',
  })
}
