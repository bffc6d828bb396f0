/** `modgate match PATTERNS MODULE…`: does it match, and if not, what was meant */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { buildCommand } from '@stricli/core'
import { readGoEnvironment } from '../inspect/evidence/go-environment.ts'
import { explainMatch, mendedList, patternListFlaws } from '../policy/match.ts'
import { matchTable, matchText, type MatchReport } from '../report/match-text.ts'
import { print, type CommandLine } from './context.ts'
import { readModules } from './module-arguments.ts'

interface Flags {
  readonly graph?: boolean
  readonly table?: boolean
  readonly json?: boolean
}

const isSwitch = { kind: 'boolean', optional: true, withNegated: false } as const
const patternSettings = ['GOPRIVATE', 'GONOPROXY', 'GONOSUMDB', 'GOINSECURE']

export const matchCommand = buildCommand<Flags, string[], CommandLine>({
  docs: {
    brief: 'Say whether private patterns match modules, and if not, what was meant',
    customUsage: ['[FLAGS] PATTERNS MODULE...', '[FLAGS] PATTERNS --graph', '[FLAGS] GOPRIVATE MODULE...'],
    fullDescription: [
      'Says which entry of a list of patterns matches a module and by which part, or why none does and what was surely meant.',
      'PATTERNS is a list as GOPRIVATE has it, or the name of a setting, for its value here. Without a MODULE, or for -, modules are',
      'read from standard input, one a line. Exit code 0 if all match, 1 if one does not.',
      '',
      'Example:',
      "  modgate match '*.corp.example,corp.example/*' git.api.corp.example/lib corp.example",
      '  go list -m all | modgate match GOPRIVATE --table',
    ].join('\n'),
  },
  parameters: {
    flags: {
      graph: { ...isSwitch, brief: 'All modules of the go.mod here' },
      table: { ...isSwitch, brief: 'Print a table: patterns across, modules down' },
      json: { ...isSwitch, brief: 'Print JSON: a row a module' },
    },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { parse: String, placeholder: 'PATTERNS MODULE', brief: 'Patterns, then modules' },
    },
  },
  async func(flags, patterns = '', ...named) {
    const report = await matchReport(this, patterns, await readModules({ named, ...flags }, this.machine))
    if (flags.json)
      print(
        this,
        report.verdicts.map(({ module, match, pattern = null, why }) => ({ module, match, pattern, why })),
      )
    else print(this, flags.table ? tableOf(report) : matchText(report, this.process.stdout))
    if (report.verdicts.some(({ match }) => !match)) this.process.exitCode = 1
  },
})

async function matchReport({ machine }: CommandLine, given: string, modules: readonly string[]): Promise<MatchReport> {
  const setting = patternSettings.includes(given) ? (await readGoEnvironment(machine)).variables.get(given) : undefined
  const patterns = setting?.value ?? given
  const verdicts = modules.map((module) => explainMatch(patterns, module))
  const mended = mendedList(patterns, verdicts)
  return {
    ...{ patterns, verdicts, flaws: patternListFlaws(patterns) },
    ...(mended === undefined ? {} : { mended }),
    ...(setting && { setting: { name: setting.name, place: setting.place } }),
  }
}

function tableOf({ patterns, verdicts }: MatchReport): string {
  const entries = patterns.split(',').filter((entry) => entry !== '')
  return matchTable(
    entries,
    verdicts.map(({ module }) => [module, entries.map((entry) => matchPrefixPatterns(entry, module))]),
  )
}
