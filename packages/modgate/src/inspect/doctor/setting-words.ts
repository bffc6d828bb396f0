/** How findings point to a setting of the go command, and how they say to change it. */

import { shellWord } from '../../core/shell-word.ts'
import type { GoEnvironment, GoVariable } from '../evidence/go-environment.ts'
import type { Evidence, Fix } from '../finding.ts'

/** The variable, where it is set to anything. */
export function isSet(go: GoEnvironment, name: string): GoVariable | undefined {
  const variable = go.variables.get(name)
  return variable === undefined || variable.value === '' ? undefined : variable
}

/** Where the value of a variable stands; the one that it is inherited from, where it is. */
export function placeOf(variable: GoVariable): Evidence {
  return { place: `${variable.name} ${variable.place}`, text: variable.value }
}

/** To set a variable to another value where it is set now; undefined takes it away. A file is changed by `--fix`, a shell is not. */
export function setting(words: string, variable: GoVariable, value: string | undefined): Fix {
  const name = variable.inheritedFrom ?? variable.name
  if (value !== undefined)
    return writing(words, { name, value, origin: variable.origin, place: '', overridden: [] }, value)
  if (variable.origin === 'environment') return { words, commands: [`unset ${name}`] }
  const change = { kind: 'go-env', variable: name, value } as const
  return { words, commands: [`go env -u ${name}`], ...(variable.origin === 'go-env-file' && { change }) }
}

/** To give a variable a value of its own, also where it has that of GOPRIVATE now. */
export function writing(words: string, { name, origin, inheritedFrom }: GoVariable, value: string): Fix {
  if (origin === 'environment' && inheritedFrom === undefined) {
    return { words, commands: [`export ${name}=${shellWord(value)}`] }
  }
  const change = { kind: 'go-env', variable: name, value } as const
  return { words, commands: [`go env -w ${name}=${shellWord(value)}`], change }
}

/** The first few names of many, as words. */
export function few(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}
