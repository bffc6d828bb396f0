/**
 * The settings of the gate. One table (settings.ts) has each of them once, with its type; flags, environment, modgate.yaml,
 * the reference page and the JSON Schema are readings of it. Loading gives plain data, and for each value the place where it
 * stands, because the first question to a gate that does something odd is where it has that from. All I/O comes in through
 * `Machine`, so a test has a home directory, a Go installation and an environment of its own.
 */

export { checkLogName } from './covering-log-name.ts'
export type { Credential, TokenKind } from './credential.ts'
export { formatDuration, parseDuration } from './duration.ts'
export { leadsToGate } from './gate-itself.ts'
export { gateUrl } from './gate-url.ts'
export { goUnaskedPatterns } from './go-private.ts'
export type { FlagValues, Origin } from './given.ts'
export { configSchema } from './json-schema.ts'
export { installationFile, installationOnPath, programOnPath } from './go-settings.ts'
export { formatListenAddress } from './listen-address.ts'
export { loadServeConfig, type LoadedConfig } from './load.ts'
export { pathsOf, thisMachine, type DirectoryItem, type Machine } from './machine.ts'
export { parsePatternList } from './pattern-list.ts'
export { nearest } from './nearest.ts'
export { readNetrcFile } from './netrc-file.ts'
export { redact } from './redact.ts'
export { configReference } from './reference.ts'
export type {
  AccessMode,
  CoveringLogFiles,
  ListenAddress,
  LogFormat,
  LogLevel,
  Route,
  ServeConfig,
  TlsFiles,
} from './serve-config.ts'
export { fileKey, type Setting } from './setting.ts'
export { formatSettings, shownSettings, type ShownSetting } from './show.ts'
export { settingNames, settings, type SettingName } from './settings.ts'
