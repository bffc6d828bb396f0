/** Settings of go as lines for wherever they have to go: a shell, the file of `go env -w`, a Dockerfile, a CI system. */

import { shellWord } from '../core/shell-word.ts'

/** Names and values, in the order in which they are to be set. */
export type Variables = Readonly<Record<string, string>>

/** How lines are written for each target, and what to do with them. */
export const variableTargets = {
  shell: {
    use: 'eval "$(…)", or a line of ~/.profile',
    line: (name, value) => `export ${name}=${shellWord(value)}`,
    unset: (name) => `unset ${name}`,
  },
  fish: {
    use: 'a line of config.fish',
    line: (name, value) => `set -gx ${name} ${fishWord(value)}`,
    unset: (name) => `set -e ${name}`,
  },
  powershell: {
    use: 'a line of $PROFILE',
    line: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
    unset: (name) => `$env:${name} = $null`,
  },
  'go-env': {
    use: 'run once on each machine',
    line: (name, value) => `go env -w ${name}=${shellWord(value)}`,
    unset: (name) => `go env -u ${name}`,
  },
  'go.env': {
    use: 'go.env of the Go installation, or the file that GOENV names',
    line: (name, value) => `${name}=${value}`,
  },
  docker: { use: 'lines of a Dockerfile, before go is run', line: (name, value) => `ENV ${name}=${dockerWord(value)}` },
  github: { use: 'appended to "$GITHUB_ENV"', line: (name, value) => `${name}=${value}` },
  gitlab: {
    use: 'below variables: of .gitlab-ci.yml',
    line: (name, value) => `${name}: ${JSON.stringify(value.replaceAll('$', '$$$$'))}`,
  },
  azure: {
    use: 'printed by a step',
    line: (name, value) => `##vso[task.setvariable variable=${name}]${azureText(value)}`,
  },
  jenkins: { use: "withEnv(readFile('…').readLines())", line: (name, value) => `${name}=${value}` },
} as const satisfies Record<string, TargetRow>

interface TargetRow {
  readonly use: string
  readonly line: (name: string, value: string) => string
  /** Absent where nothing can be taken away. */
  readonly unset?: (name: string) => string
}

export type VariableTarget = keyof typeof variableTargets

/** Names of the targets, for flags. */
export const variableTargetNames = Object.keys(variableTargets) as readonly VariableTarget[]

/**
 * One line a variable. Throws a RangeError for a value with a line break in it: in most targets it would begin another variable.
 */
export function variableLines(variables: Variables, target: VariableTarget): readonly string[] {
  return Object.entries(variables).map(([name, value]) => {
    if (/[\r\n\0]/.test(value)) throw new RangeError(`the value of ${name} holds a line break`)
    return variableTargets[target].line(name, value)
  })
}

/** One line a variable that takes it away; none where the target cannot do that. */
export function unsetLines(names: readonly string[], target: VariableTarget): readonly string[] {
  const { unset }: TargetRow = variableTargets[target]
  return unset === undefined ? [] : names.map(unset)
}

function fishWord(value: string): string {
  return `'${value.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`
}

/** Variables are replaced in a Dockerfile, also within quotes. */
function dockerWord(value: string): string {
  return `"${value.replaceAll(/["\\$]/g, String.raw`\$&`)}"`
}

/** Logging commands end at a semicolon or a line end (Azure Pipelines, "Logging commands"). */
function azureText(value: string): string {
  return value.replaceAll('%', '%AZP25')
}
