/**
 * The go command's settings: which value of GOPROXY, GOSUMDB and the private patterns counts, and what it means.
 *
 * Pure: environment, texts of files and platform come in as arguments, so that the settings of another machine (a CI
 * job, a bug report) are explained by the same code as those of this one. Grammar and messages are the go command's
 * own, since people search for the text that they see.
 */
export { KNOWN_DATABASES, parseSumdb, type ChecksumDatabase } from './checksum-database.ts'
export { goenvFilePath, parseGoEnvFile, type EnvFileLocation, type Environment, type Machine } from './env-file.ts'
export { SettingError } from './error.ts'
export { parseProxyList, type ProxyEntry } from './proxy-list.ts'
export { resolveSettings, type Setting, type SettingOrigin, type SettingSources } from './settings.ts'
