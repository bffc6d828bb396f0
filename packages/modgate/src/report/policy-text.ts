/** Policies as people and files take them: lines for a target with the reason of each, the settings of a gate, a declaration. */

import type { ClientPolicy } from '../policy/client-policy.ts'
import type { GatePolicy } from '../policy/generate-gate.ts'
import { variableLines, variableTargets, type VariableTarget } from './variable-lines.ts'

/** Files and streams in which a line that begins with `#` says nothing to the machine. */
const commented: readonly VariableTarget[] = ['shell', 'fish', 'powershell', 'go-env', 'go.env', 'docker', 'gitlab']

export interface PolicyLines {
  /** What goes into the file, or to the shell. */
  readonly text: string
  /** Words that have no place there. */
  readonly remarks: readonly string[]
}

/** The settings of a machine, each with its reason. */
export function policyLines(policy: ClientPolicy, target: VariableTarget): PolicyLines {
  const reasons = policy.variables.flatMap(({ name, value, why }) => [
    `# ${why}`,
    ...variableLines({ [name]: value }, target),
  ])
  const lines = [`# ${variableTargets[target].use}`, ...reasons, ...emptyLines(policy, target), ...limitLines(policy)]
  lines.push('# next: modgate policy check --prove MODULE')
  if (commented.includes(target)) return { text: lines.join('\n'), remarks: [] }
  const isComment = (line: string) => line.startsWith('# ')
  return {
    text: lines.filter((line) => !isComment(line)).join('\n'),
    remarks: lines.filter(isComment).map((line) => line.slice(2)),
  }
}

function emptyLines({ empty }: ClientPolicy, target: VariableTarget): readonly string[] {
  if (empty.length === 0) return []
  if (target === 'go-env')
    return ['# they have to be empty: an old value would lead past the gate', `go env -u ${empty.join(' ')}`]
  if (target === 'go.env') return [`# ${empty.join(', ')}: nowhere, or modules would go past the gate`]
  const why = `# empty, so that no module goes past the gate; what go env -w once wrote goes with: go env -u ${empty.join(' ')}`
  return [why, ...variableLines(Object.fromEntries(empty.map((name) => [name, ''])), target)]
}

function limitLines({ limits }: ClientPolicy): readonly string[] {
  return limits.map((limit) => `# note: ${limit}`)
}

/** A modgate.yaml for the gate in front. JSON strings are YAML strings. */
export function gateYaml({ private: list, noVerify, routes }: GatePolicy): string {
  if (list === '') return '# nothing is private: the gate needs no settings'
  const yes = (text: string) => JSON.stringify(text)
  return [
    '# modgate.yaml of the gate in front',
    '# never asked about at an upstream or a public checksum database',
    `private: ${yes(list)}`,
    '# no public record exists of them',
    `no-verify: ${yes(noVerify)}`,
    ...(routes.length === 0
      ? ['# no gate is declared for them: without routes they are refused']
      : ['# the first match wins: the deepest name stands first', 'routes:']),
    ...routes.map(({ patterns, list: places }) => `  - ${yes(`${patterns}=${places}`)}`),
  ].join('\n')
}

/** A declaration to begin with. */
export function declarationYaml(
  found: readonly { readonly pattern: string; readonly from: readonly string[] }[],
): string {
  return [
    '# Names, not patterns: a host has all hosts and paths below it, a path has what is below it.',
    ...(found.length === 0 ? ['private: []'] : ['private:']),
    ...found.map(
      ({ pattern, from }) => `  - ${JSON.stringify(pattern)} # ${from.join(', ').replace(/[^\x20-\x7e]/g, '?')}`,
    ),
    '',
    '# Public after all, inside what is private.',
    'public: []',
    '',
    '# A gate without "for" stands in front: go asks it for everything. Several of them are regions. With the key of its covering log',
    '# two lines are enough on each machine; without, private modules are trusted on first use.',
    'gates: []',
    '#  - url: https://gate.corp.example',
    '#    key: gate.corp.example+00000000+…',
    '#  - url: https://gate.team.corp.example',
    '#    for: [team.corp.example]',
  ].join('\n')
}
