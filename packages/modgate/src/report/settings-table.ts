/** The settings of the go command as a table: value, where from, and what does not count, in words. */

import type { GoEnvironment, GoVariable } from '../inspect/evidence/go-environment.ts'
import { plainPaint, visible, type Paint } from './findings-paint.ts'
import { tableCell } from './findings-markdown.ts'
import { wrapped } from './findings-text.ts'

export interface SettingsTableOptions {
  readonly paint?: Paint
  /** Every variable, not only those that somebody set. */
  readonly all?: boolean
}

/**
 * Those that somebody set: in the environment or by `go env -w`, or that differ from go's own default in the file of the installation
 * (which GOVERSION's makers ship with go's defaults in it).
 */
export function changedSettings(go: GoEnvironment): readonly GoVariable[] {
  return [...go.variables.values()].filter(({ name, origin, value, overridden }) => {
    if (overridden.length > 0) return true
    if (origin === 'goroot-file') return !shippedWithGo(name, value)
    return origin === 'environment' || origin === 'go-env-file'
  })
}

/** What go.env of a release holds for these is go's own default; packagers write others there. */
function shippedWithGo(name: string, value: string): boolean {
  if (name === 'GOSUMDB' || name === 'GONOSUMDB') return value === 'sum.golang.org' || value === ''
  if (name === 'GOTOOLCHAIN') return value === 'auto'
  return name === 'GOPROXY' ? /^https:\/\/[a-z]+\.golang\.org,direct$/.test(value) : false
}

/** A row a variable: its name, its value, and below where that comes from. */
export function settingsTable(
  go: GoEnvironment,
  { paint = plainPaint, all = false }: SettingsTableOptions = {},
): string {
  const variables = all ? [...go.variables.values()] : changedSettings(go)
  if (variables.length === 0) return 'every setting of go is at its default'
  const width = Math.max(...variables.map(({ name }) => name.length)) + 2
  return variables.flatMap((variable) => rowOf(variable, width, paint)).join('\n')
}

function rowOf(variable: GoVariable, width: number, paint: Paint): readonly string[] {
  const indent = ' '.repeat(width)
  const words = wrapped(visible(originInWords(variable)), indent)
  return [
    `${paint('heading', variable.name.padEnd(width))}${variable.value === '' ? '(empty)' : visible(variable.value)}`,
    ...words.map((line) => paint('quiet', line)),
  ]
}

/** Where a value comes from, and what else is set, to something else, and does not count. */
export function originInWords({ value: counts, place, overridden }: GoVariable): string {
  const others = overridden.filter(({ value }) => value !== counts)
  return [
    place,
    ...others.map(
      ({ value, place: other, why }) =>
        `does not count: ${JSON.stringify(value)} ${other}${why === undefined ? ', which is weaker' : ` (${why})`}`,
    ),
  ].join('; ')
}

/** The same for a ticket. */
export function settingsMarkdown(variables: readonly GoVariable[]): string {
  if (variables.length === 0) return 'Every setting of go is at its default.'
  const rows = variables.map(
    (variable) => `| ${variable.name} | ${tableCell(variable.value)} | ${tableCell(originInWords(variable))} |`,
  )
  return ['| setting | value | from |', '| --- | --- | --- |', ...rows].join('\n')
}

/** The same for a program. */
export function settingsJSON(variables: readonly GoVariable[]): readonly Record<string, unknown>[] {
  return variables.map(({ name, value, origin, place, inheritedFrom, overridden }) => ({
    name,
    value,
    origin,
    place,
    ...(inheritedFrom && { inheritedFrom }),
    overridden,
  }))
}
