/** GOFLAGS as the go command reads it before it does anything: what it refuses is refused here, too (cmd/go/internal/base, goflags.go). */

import { Failure } from '../core/failure.ts'
import type { GoEnvironment, GoVariable } from '../inspect/evidence/go-environment.ts'
import { splitQuoted } from '../inspect/evidence/go-quoted.ts'
import { buildModes } from './build-mode.ts'

/** What is wrong with the value of a flag; undefined for nothing. The value is undefined where there is no `=`. */
type ValueCheck = (value: string | undefined) => string | undefined

const needed = 'it needs a value behind ='
const isBool = /^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/

/** The flags that mean something here. Which others there are differs from one go to the next, and is go's to know. */
const checks: Readonly<Record<string, ValueCheck>> = {
  mod: (value) =>
    value === undefined
      ? needed
      : ['', ...buildModes].includes(value)
        ? undefined
        : `${value} is no mode: it can be ${buildModes.join(', ')}`,
  modfile: (value) => {
    if (value === undefined) return needed
    return value === '' || value.endsWith('.mod') ? undefined : 'the name of the file has to end in .mod'
  },
  modcacherw: (value) => (value === undefined || isBool.test(value) ? undefined : `${value} is neither true nor false`),
}

/** Throws a Failure `configuration` for what the go command would not read. */
export function checkGoFlags({ variables }: GoEnvironment): void {
  const variable = variables.get('GOFLAGS')
  if (variable === undefined || variable.value === '') return
  const words = splitQuoted(variable.value)
  if (words === undefined) throw unreadable(variable, 'a quotation mark is not closed')
  for (const word of words) {
    const [, name, value] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) throw unreadable(variable, `${JSON.stringify(word)} is no flag`)
    const why = checks[name]?.(value)
    if (why !== undefined) throw unreadable(variable, `-${name}: ${why}`)
  }
}

function unreadable({ value, place, origin }: GoVariable, why: string): Failure {
  const undo = origin === 'go-env-file' ? 'go env -u GOFLAGS' : 'unset GOFLAGS'
  return new Failure('configuration', {
    asked: `GOFLAGS=${value}`,
    who: 'modgate',
    why: `${why} (${place}); the go command refuses it, too`,
    next: `correct it, or do without: ${undo}`,
  })
}
