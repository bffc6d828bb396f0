/** What decides where the go command keeps the settings that `go env -w` writes. */
export interface Machine {
  readonly environment: Environment
  /** As in `process.platform`. */
  readonly platform: string
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The place of the settings file, or why there is none. `chosen` tells that GOENV names it. */
export type EnvFileLocation =
  | { readonly kind: 'file'; readonly path: string; readonly chosen: boolean }
  | { readonly kind: 'none'; readonly reason: string }

/**
 * Reads the file behind `go env -w` or `$GOROOT/go.env`: lines `NAME=value`, the last one of a name wins. Lines that do
 * not begin with an upper-case letter or hold no `=` are comments to the go command; a value is kept to its last byte,
 * trailing spaces and carriage return too.
 */
export function parseGoEnvFile(text: string): Map<string, string> {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=')
    if (equals < 0 || !/^[A-Z]/.test(line)) continue
    values.set(line.slice(0, equals), line.slice(equals + 1))
  }
  return values
}

/** Where the file of `go env -w` lies: $GOENV, or `go/env` in the user's configuration folder (Go's os.UserConfigDir). */
export function goenvFilePath({ environment, platform }: Machine): EnvFileLocation {
  const chosen = environment['GOENV'] ?? ''
  if (chosen === 'off') return { kind: 'none', reason: 'GOENV=off' }
  if (chosen !== '') return { kind: 'file', path: chosen, chosen: true }
  const folder = configFolder(environment, platform)
  if ('reason' in folder) return { kind: 'none', reason: folder.reason }
  const separator = platform === 'win32' ? '\\' : '/'
  const path = [folder.path.replace(platform === 'win32' ? /[\\/]$/ : /\/$/, ''), 'go', 'env'].join(separator)
  return { kind: 'file', path, chosen: false }
}

function configFolder(environment: Environment, platform: string): { path: string } | { reason: string } {
  if (platform === 'win32') {
    const path = caseless(environment, 'AppData')
    return path === '' ? { reason: '%AppData% is not defined' } : { path }
  }
  const home = environment['HOME'] ?? ''
  if (platform === 'darwin') {
    return home === '' ? { reason: '$HOME is not defined' } : { path: `${home}/Library/Application Support` }
  }
  const path = environment['XDG_CONFIG_HOME'] ?? ''
  if (path !== '') return path.startsWith('/') ? { path } : { reason: 'path in $XDG_CONFIG_HOME is relative' }
  return home === '' ? { reason: 'neither $XDG_CONFIG_HOME nor $HOME are defined' } : { path: `${home}/.config` }
}

/** Windows does not tell `AppData` from `APPDATA`, but a copy of `process.env` does. */
function caseless(environment: Environment, name: string): string {
  const found = Object.keys(environment).find((key) => key.toLowerCase() === name.toLowerCase())
  return (found === undefined ? undefined : environment[found]) ?? ''
}
