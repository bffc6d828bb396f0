/** `modgate policy [DECLARATION]`: the settings that make a declaration come true */

import { buildCommand } from '@stricli/core'
import { Failure } from '../core/failure.ts'
import { clientPolicy, type ClientPolicy } from '../policy/client-policy.ts'
import type { Declaration } from '../policy/declaration.ts'
import { gatePolicy } from '../policy/generate-gate.ts'
import { gateYaml, policyLines } from '../report/policy-text.ts'
import { variableTargetNames, type VariableTarget } from '../report/variable-lines.ts'
import { print, remark, type CommandLine } from './context.ts'
import { declarationFlags, loadDeclaration, type DeclarationFlags } from './policy-source.ts'

interface Flags extends DeclarationFlags {
  readonly for?: VariableTarget | 'gate' | 'json'
}

export const policyGenerateCommand = buildCommand<Flags, [string?], CommandLine>({
  docs: {
    brief: 'Make the settings of laptops, CI and gates from a declaration',
    customUsage: ['[FLAGS] [DECLARATION]', '--private NAME [--gate URL [--key KEY]]'],
    fullDescription: [
      'Prints the go settings that make a declaration come true, with the reason of each, and what go cannot do.',
      'Without a file, modgate-policy.yaml of this directory is read.',
      '',
      'Example:',
      '  modgate policy --private corp.example --gate https://gate.corp.example --for docker',
      '  modgate policy examples/policy/nested.yaml --for gate',
    ].join('\n'),
  },
  parameters: {
    flags: {
      for: {
        ...{ kind: 'enum', optional: true, brief: 'Where the settings go [shell]' },
        values: [...variableTargetNames, 'gate', 'json'],
      },
      ...declarationFlags,
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: String, optional: true, placeholder: 'DECLARATION', brief: 'A file; see modgate policy init' },
      ],
    },
  },
  async func(flags, file) {
    const { for: target = 'shell', region } = flags
    const declaration = await loadDeclaration(this, flags, file)
    if (target === 'gate') {
      print(this, gateYaml(gatePolicy(declaration)))
      return
    }
    const policy = chosenPolicy(declaration, region)
    if (target === 'json') {
      print(this, policyJson(policy, declaration))
      return
    }
    const { text, remarks } = policyLines(policy, target)
    print(this, text)
    for (const line of remarks) remark(this, line)
  },
})

function policyJson({ mode, variables, empty, limits }: ClientPolicy, declaration: Declaration): object {
  const values = Object.fromEntries(variables.map(({ name, value }) => [name, value]))
  return { mode, variables: values, empty, limits, gate: gatePolicy(declaration) }
}

/** The policy of a region. Throws a Failure `configuration` where there is no such region, or it is not said which. */
export function chosenPolicy(
  ...[declaration, region]: Parameters<typeof clientPolicy>
): ReturnType<typeof clientPolicy> {
  try {
    return clientPolicy(declaration, region)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Failure('configuration', {
      asked: 'policy',
      who: 'modgate',
      why: error.message,
      next: 'add --region NAME',
    })
  }
}
