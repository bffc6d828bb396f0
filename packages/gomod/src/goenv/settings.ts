import { parseGoEnvFile, type Environment } from './env-file.ts'

/** Where a value comes from, strongest first. */
export type SettingOrigin = 'environment' | 'go-env-file' | 'goroot-file' | 'built-in'

/** A setting as the go command sees it. */
export interface Setting {
  readonly value: string
  readonly origin: SettingOrigin
  /** Set if the value is that of another setting, which is its default; `origin` is then where that one comes from. */
  readonly inheritedFrom?: 'GOPRIVATE'
}

/** Everything that settings can come from. Files are given as their text and left out if there are none. */
export interface SettingSources<Name extends string> {
  readonly environment: Environment
  readonly goenvFile?: string | undefined
  readonly gorootFile?: string | undefined
  /** The names that are asked for, each with the value that the go command has built in. */
  readonly builtIn: Readonly<Record<Name, string>>
}

/**
 * The value of each name in `builtIn`, and where it comes from. As in the go command an empty environment variable is
 * one that is not set; an empty line in the file of `go env -w`, however, hides the line of `$GOROOT/go.env`.
 * GONOPROXY and GONOSUMDB are GOPRIVATE's value unless they have one of their own.
 */
export function resolveSettings<Name extends string>(sources: SettingSources<Name>): Record<Name, Setting> {
  const goenv = parseGoEnvFile(sources.goenvFile ?? '')
  const goroot = parseGoEnvFile(sources.gorootFile ?? '')

  function own(name: string): Setting | undefined {
    const exported = sources.environment[name]
    if (exported) return { value: exported, origin: 'environment' }
    const written = goenv.get(name)
    if (written !== undefined) return written === '' ? undefined : { value: written, origin: 'go-env-file' }
    const shipped = goroot.get(name)
    return shipped ? { value: shipped, origin: 'goroot-file' } : undefined
  }

  function inherited(name: string): Setting | undefined {
    const general = name === 'GONOPROXY' || name === 'GONOSUMDB' ? own('GOPRIVATE') : undefined
    return general && { ...general, inheritedFrom: 'GOPRIVATE' }
  }

  const names = Object.keys(sources.builtIn) as Name[]
  const settings = names.map((name): [Name, Setting] => {
    return [name, own(name) ?? inherited(name) ?? { value: sources.builtIn[name], origin: 'built-in' }]
  })
  return Object.fromEntries(settings) as Record<Name, Setting>
}
