/** `modgate ci-env` */

import { KNOWN_DATABASES } from '@modgate/gomod/goenv'
import { buildCommand } from '@stricli/core'
import { pathsOf, type Machine } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { fetchSettingsOf, readGoEnvironment, type GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { patternsOfRepository, type PrivatePatterns } from '../inspect/remotes/index.ts'
import { planRoute } from '../policy/route.ts'
import { variableLines, variableTargetNames, type VariableTarget } from '../report/variable-lines.ts'
import { print, remark, type CommandLine } from './context.ts'

interface Flags {
  readonly for?: VariableTarget
  readonly host?: boolean
  readonly dir?: string
  readonly json?: boolean
}

export const ciEnvCommand = buildCommand<Flags, [], CommandLine>({
  docs: {
    brief: 'Print GOPRIVATE for the repository here, derived from its remotes and go.mod',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Derives the private patterns from the git remotes, submodules and go.mod files of a repository, adds what GOPRIVATE is set to',
      'already, and prints the setting. Narrow by default: host and owner. A public forge is never made private as a whole.',
      'Where it stands comes from standard error; tokens in URLs are not shown.',
      '',
      'Example:',
      '  eval "$(modgate ci-env)"',
      '  modgate ci-env --for github >> "$GITHUB_ENV"',
    ].join('\n'),
  },
  parameters: {
    flags: {
      for: {
        kind: 'enum',
        values: variableTargetNames,
        optional: true,
        brief: 'Where the lines will stand [the CI system that runs it, else shell]',
      },
      host: { kind: 'boolean', optional: true, withNegated: false, brief: 'Whole hosts, except for public forges' },
      dir: { kind: 'parsed', parse: String, optional: true, placeholder: 'DIR', brief: 'The repository [.]' },
      json: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print JSON' },
    },
  },
  async func(flags) {
    const directory = await directoryOf(this.machine, flags.dir)
    const found = await patternsOfRepository(directory, { wholeHost: flags.host ?? false }, this.machine)
    const go = await readGoEnvironment(this.machine)
    const present = go.variables.get('GOPRIVATE')?.value ?? ''
    const value = merged(present, found)
    const log = ownLog(go)
    if (flags.json) {
      print(this, { variables: { GOPRIVATE: value }, present, ...found })
      return
    }
    for (const line of remarks(found, present)) remark(this, line)
    if (log !== undefined) {
      remark(
        this,
        `modgate: warning: GOSUMDB is the log ${log}: GOPRIVATE would take these modules past the gate and out of it`,
      )
      remark(
        this,
        'modgate: behind a gate with a log of its own nothing is set but GOPROXY and GOSUMDB: modgate onboard',
      )
    }
    if (found.patterns.length === 0) throw nothingFound(directory)
    print(this, variableLines({ GOPRIVATE: value }, flags.for ?? targetOf(this.machine)).join('\n'))
  },
})

async function directoryOf(machine: Machine, given = '.'): Promise<string> {
  const directory = pathsOf(machine).resolve(machine.cwd, given)
  if ((await machine.listDirectory(directory)) !== undefined) return directory
  throw new Failure('configuration', {
    asked: `--dir ${given}`,
    who: 'modgate',
    why: 'there is no such directory',
    next: 'name the working copy of a repository',
  })
}

/** The name of the database where it is none that everybody has; undefined where it is, or GOSUMDB cannot be read. */
function ownLog(go: GoEnvironment): string | undefined {
  const { checksum } = planRoute({ ...fetchSettingsOf(go), GONOSUMDB: '' }, 'example.com/any')
  return checksum.kind === 'asked' && !KNOWN_DATABASES.has(checksum.name) ? checksum.name : undefined
}

/** What is set already stays, in front. */
function merged(present: string, { patterns }: PrivatePatterns): string {
  const entries = [...present.split(','), ...patterns.map(({ pattern }) => pattern)]
  return [...new Set(entries.map((entry) => entry.trim()).filter((entry) => entry !== ''))].join(',')
}

function remarks({ patterns, remarks: found }: PrivatePatterns, present: string): readonly string[] {
  return [
    ...patterns.map(({ pattern, from }) => `modgate: ${pattern}: from ${from.join(', ')}`),
    ...found.map((text) => `modgate: ${text}`),
    ...(present === '' ? [] : [`modgate: kept what GOPRIVATE is set to: ${present}`]),
  ]
}

/** Of the CI system that this runs under. */
function targetOf({ environment, platform }: Machine): VariableTarget {
  if (environment['GITHUB_ACTIONS'] === 'true') return 'github'
  if (environment['TF_BUILD'] === 'True') return 'azure'
  if ((environment['JENKINS_URL'] ?? '') !== '') return 'jenkins'
  return platform === 'win32' ? 'powershell' : 'shell'
}

function nothingFound(directory: string): Failure {
  return new Failure('module-not-found', {
    asked: `ci-env in ${directory}`,
    who: 'modgate',
    why: 'no remote, submodule or go.mod names a host that modules could come from',
    next: 'run it in the working copy of a repository, or write the patterns by hand: modgate match tells what they match',
  })
}
