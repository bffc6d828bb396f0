/** `modgate policy check`: does each module go where the declaration says? */

import { buildCommand } from '@stricli/core'
import { systemRunner } from '../core/child-process.ts'
import { fetchSettingsOf, readGoEnvironment } from '../inspect/evidence/go-environment.ts'
import { provePolicy } from '../inspect/evidence/policy-proof.ts'
import { checkModule } from '../policy/client-check.ts'
import { settingsOfPolicy, type ClientPolicy } from '../policy/client-policy.ts'
import type { Declaration } from '../policy/declaration.ts'
import { fetchSettingNames, type FetchSettings } from '../policy/fetch-settings.ts'
import { isRight, policyCheckText, type CheckedModule } from '../report/policy-check-text.ts'
import { print, remark, type CommandLine } from './context.ts'
import { readModules } from './module-arguments.ts'
import { chosenPolicy } from './policy-generate.ts'
import { declarationFlags, loadDeclaration, type DeclarationFlags } from './policy-source.ts'

interface Flags extends DeclarationFlags {
  readonly modules?: string
  readonly graph?: boolean
  readonly here?: boolean
  readonly prove?: boolean
  readonly json?: boolean
}

const isSwitch = { kind: 'boolean', optional: true, withNegated: false } as const

export const policyCheckCommand = buildCommand<Flags, string[], CommandLine>({
  docs: {
    brief: 'Simulate the settings over modules, and prove them with the real go',
    customUsage: [
      '[FLAGS] [DECLARATION] MODULE...',
      '[FLAGS] [DECLARATION] --modules FILE',
      '[FLAGS] [DECLARATION] --graph',
    ],
    fullDescription: [
      'Says of each module where go asks for it, who vouches for it and who learns its name under the settings that are made from a',
      'declaration, and whether that is what the declaration says. A first argument that ends in .yaml or .yml is the declaration.',
      'With --prove the go of the PATH runs against servers on the loopback. Exit code 1 if a module goes elsewhere.',
      '',
      'Example:',
      '  modgate policy check examples/policy/nested.yaml corp.internal/lib ml.ai.corp.internal/model --prove',
      '  go list -m all | modgate policy check --here',
    ].join('\n'),
  },
  parameters: {
    flags: {
      modules: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'FILE: Modules, one a line; - is standard input',
      },
      graph: { ...isSwitch, brief: 'All modules of the go.mod here' },
      here: { ...isSwitch, brief: 'Check the settings of this machine instead of those that would be made' },
      prove: { ...isSwitch, brief: 'Let the real go show it' },
      json: { ...isSwitch, brief: 'Print JSON' },
      ...declarationFlags,
    },
    positional: {
      kind: 'array',
      parameter: { parse: String, placeholder: 'DECLARATION|MODULE', brief: 'A declaration, then modules' },
    },
  },
  async func(flags, ...words) {
    const { modules: file, graph, region } = flags
    const [first] = words
    const declared = first !== undefined && /\.ya?ml$/.test(first) ? first : undefined
    const declaration = await loadDeclaration(this, flags, declared)
    const policy = chosenPolicy(declaration, region)
    const named = declared === undefined ? words : words.slice(1)
    const modules = await readModules(
      { named, ...(file === undefined ? {} : { file }), ...(graph ? { graph } : {}) },
      this.machine,
    )
    const settings = flags.here
      ? fetchSettingsOf(await readGoEnvironment(this.machine))
      : settingsOfPolicy(policy, goDefaults)
    const checks = modules.map((module) => checkModule(declaration, { settings, front: policy.gate }, module))
    const rows = flags.prove ? await proved(this, { declaration, policy, settings, rows: checks }) : checks
    print(this, flags.json ? { mode: policy.mode, modules: rows } : policyCheckText(rows, this.process.stdout))
    if (!rows.every(isRight)) this.process.exitCode = 1
  },
})

/** Nothing set but what the go command has built in; which proxy that is makes no difference here. */
const goDefaults: FetchSettings = {
  ...(Object.fromEntries(fetchSettingNames.map((name) => [name, ''])) as unknown as FetchSettings),
  GOPROXY: 'https://default-proxy.invalid,direct',
  GOSUMDB: 'sum.golang.org',
}

interface Proving {
  readonly declaration: Declaration
  readonly policy: ClientPolicy
  readonly settings: FetchSettings
  readonly rows: readonly CheckedModule[]
}

async function proved(command: CommandLine, { policy, settings, rows }: Proving): Promise<readonly CheckedModule[]> {
  const proof = await provePolicy(
    { settings, modules: rows.map(({ module }) => module) },
    command.machine,
    systemRunner,
  )
  if (proof.kind === 'not-proved') {
    remark(command, `nothing is proved: ${proof.why}`)
    command.process.exitCode = 1
    return rows
  }
  const behind = rows.some((row) => row.behind !== undefined)
  remark(
    command,
    `proved with ${proof.goVersion}${behind ? `, up to ${policy.gate?.name ?? ''}: the way behind it is simulated` : ''}`,
  )
  return rows.map((row) => ({ ...row, proof: comparison(row, proof.asked.get(row.module) ?? []) }))
}

/** The first place asked has to be the first that was expected, and the database asked or not, as expected. */
function comparison(row: CheckedModule, asked: readonly string[]): { agrees: boolean; asked: readonly string[] } {
  const content = asked.find((place) => !place.startsWith('checksum database '))
  const database = asked.find((place) => place.startsWith('checksum database '))?.replace('checksum database ', '')
  const wanted = row.verified === 'go.sum only' ? undefined : row.verified
  return { agrees: content === row.goes[0] && (database === wanted || content === 'direct'), asked }
}
