/**
 * `modgate explain …`: which way a module goes, what an error or a log means, why hashes disagree. Each of the three is a file of
 * its own; this one reads the flags and tells them apart.
 */

import { buildCommand } from '@stricli/core'
import { pathsOf } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import type { CommandLine } from './context.ts'
import { logFormats, type ExplainFlags } from './explain-flags.ts'
import { explainLog } from './explain-log.ts'
import { explainMismatch } from './explain-mismatch.ts'
import { explainGraph, explainModules } from './explain-module.ts'

const isSwitch = { kind: 'boolean', optional: true, withNegated: false } as const

export const explainCommand = buildCommand<ExplainFlags, string[], CommandLine>({
  docs: {
    brief: 'Say why: the way of a module, an error, a build log, a mismatch',
    customUsage: ['[FLAGS] MODULE[@VERSION]...', '[FLAGS] FILE', '[FLAGS] -', '--graph', '--mismatch MODULE@VERSION'],
    fullDescription: [
      'Says which way a module goes and why, or what an error of the go command means. A name of a file, or - for standard input,',
      'is read as a build log; anything else is a module path.',
      '',
      'Example:',
      '  modgate explain git.corp.example/team/lib@v1.2.0',
      '  go build ./... 2>&1 | modgate explain -',
      '  modgate explain build.log --format markdown >> "$GITHUB_STEP_SUMMARY"',
      '  modgate explain --mismatch example.com/lib@v1.0.0',
    ].join('\n'),
  },
  parameters: {
    flags: {
      graph: { ...isSwitch, brief: 'All modules of the go.mod here' },
      mismatch: { ...isSwitch, brief: 'Find out which of the hashes of a module version is the wrong one' },
      origin: {
        ...isSwitch,
        brief: 'With --mismatch: also fetch the version from its own repository, with the go and git here',
      },
      json: { ...isSwitch, brief: 'Print JSON, as --format json' },
      format: { kind: 'enum', values: logFormats, optional: true, brief: 'Form of what a log says [text]' },
    },
    positional: {
      kind: 'array',
      parameter: { parse: String, placeholder: 'MODULE[@VERSION]|FILE|-', brief: 'What to explain' },
    },
  },
  async func(flags, ...targets) {
    const [first] = targets
    const isLogAlone = targets.length === 1 && !flags.graph && !flags.mismatch && (await isLog(this, first ?? ''))
    if (flags.format !== undefined && !isLogAlone)
      throw unusable('--format is for logs', 'give a log file, or - for standard input; --json is for all of it')
    if (flags.graph) return explainGraph(this, flags)
    if (first === undefined) throw unusable('nothing to explain', 'name a module, a log file, or - for standard input')
    if (flags.mismatch) return explainMismatch(this, flags, targets)
    if (isLogAlone) return explainLog(this, flags, first)
    return explainModules(this, flags, targets)
  },
})

/** What is there as a file is a file; a directory may be named like a module, and a module like a log nobody has. */
async function isLog({ machine }: CommandLine, target: string): Promise<boolean> {
  if (target === '-') return true
  const path = pathsOf(machine).resolve(machine.cwd, target)
  const isThere = (await machine.realPath(path)) !== undefined
  if (isThere) return (await machine.listDirectory(path)) === undefined || /^[./~]/.test(target)
  if (/\.(log|txt|out|gz)$/.test(target)) {
    throw unusable(
      `${target} is no file that is here, and no module is named like one`,
      'check the name, or give - for standard input',
    )
  }
  return false
}

function unusable(why: string, next: string): Failure {
  return new Failure('configuration', { asked: 'explain', who: 'modgate', why, next })
}
