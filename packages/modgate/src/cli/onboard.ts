/** `modgate onboard`: the lines that point a go command at a gate, proved before they are printed. */

import { buildCommand } from '@stricli/core'
import { readGoEnvironment, type GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { clearing } from '../inspect/onboard/exemptions.ts'
import { presentSettings, type SettingVerdict } from '../inspect/onboard/present-settings.ts'
import { paintFor } from '../report/findings-paint.ts'
import { layerOf, onboardLines, settingsVerdictText, stepsText } from '../report/onboard-text.ts'
import { variableTargetNames, variableTargets, type Variables, type VariableTarget } from '../report/variable-lines.ts'
import { cacheFlags } from './cache-store.ts'
import { print, remark, type CommandLine } from './context.ts'
import type { OnboardFlags } from './onboard-flags.ts'
import { meetGate, type Meeting } from './onboard-meeting.ts'
import { writeSettings } from './onboard-write.ts'

const isSwitch = { kind: 'boolean', optional: true, withNegated: false } as const
const word = { kind: 'parsed', parse: String, optional: true } as const

export const onboardCommand = buildCommand<OnboardFlags, [], CommandLine>({
  docs: {
    brief: 'Print the lines that point a go command at a gate, proved by a real request',
    customUsage: ['[--gate URL] [--key KEY] [--for TARGET]', '[--gate URL] --write [--yes]'],
    fullDescription: [
      'Prints the two lines that a client of a gate needs, GOPROXY and GOSUMDB, once a request to the gate has proved them: the way',
      'there, the signature under its log, a record in it. What stands in the way is told, and which settings of go here must go, on',
      'standard error. Nothing is printed that was not proved, unless --no-check says so.',
      '',
      'With --gate the key is what the gate says, believed at first sight unless --key pins it. Without it, the gate is the one of the',
      'settings here, and its key that of its data directory.',
      'Exit code 0: proved; 1: not proved; 2: used wrongly.',
      '',
      'Example:',
      '  modgate onboard --gate https://modgate.corp.example --for docker',
      '  eval "$(modgate onboard --gate https://modgate.corp.example)"',
      '  modgate onboard --gate https://modgate.corp.example --write',
    ].join('\n'),
  },
  parameters: {
    flags: {
      gate: { ...word, placeholder: 'URL', brief: 'The gate [the one that the settings here describe]' },
      url: { ...word, hidden: true, placeholder: 'URL', brief: 'As --gate' },
      key: { ...word, placeholder: 'KEY', brief: 'The key that its log must have (modgate log key)' },
      for: { kind: 'enum', values: variableTargetNames, optional: true, brief: 'Where the lines will stand [shell]' },
      check: { kind: 'boolean', default: true, brief: 'Prove the lines first' },
      write: { ...isSwitch, brief: 'Write them to the file of go env -w, after showing it and asking' },
      yes: { ...isSwitch, brief: 'With --write: do not ask' },
      ...cacheFlags('listen', 'basePath', 'publicUrl', 'logName', 'logKey', 'logGuard'),
    },
  },
  async func(flags) {
    const go = await readGoEnvironment(this.machine)
    const meeting = await meetGate(this, flags, go)
    const onboarding = {
      go,
      meeting,
      target: flags.write ? ('go-env' as const) : (flags.for ?? shellOf(this)),
      settings: settingsBeside(go, meeting),
    }
    if (!flags.json) explain(this, onboarding, flags)
    if (meeting.checked && !meeting.proved) this.process.exitCode = 1
    const lines = linesOf(onboarding)
    const { variables, hasLog } = meeting
    const written = flags.write && variables ? await writeSettings(this, flags, { go, variables, hasLog }) : undefined
    if (flags.json) print(this, json(onboarding, lines, written))
    else if (!flags.write && lines.length > 0) print(this, lines.join('\n'))
  },
})

interface Onboarding {
  readonly go: GoEnvironment
  readonly meeting: Meeting
  readonly target: VariableTarget
  readonly settings: readonly SettingVerdict[]
}

function shellOf({ machine: { platform } }: CommandLine): VariableTarget {
  return platform === 'win32' ? 'powershell' : 'shell'
}

/** Only a log of the gate's own makes every exemption needless. */
function settingsBeside(go: GoEnvironment, { variables, hasLog }: Meeting): readonly SettingVerdict[] {
  const { GOPROXY, GOSUMDB } = variables ?? {}
  return hasLog && GOPROXY !== undefined && GOSUMDB !== undefined ? presentSettings(go, { GOPROXY, GOSUMDB }) : []
}

function linesOf({ go, meeting: { variables, hasLog }, target }: Onboarding): readonly string[] {
  if (variables === undefined) return []
  const layer = layerOf(target)
  return onboardLines(variables, target, hasLog && layer !== undefined ? clearing(go, layer) : undefined)
}

function explain(command: CommandLine, { go, meeting, target, settings }: Onboarding, { write }: OnboardFlags): void {
  const paint = paintFor(command.process.stderr)
  const blocks = [stepsText(meeting.steps, paint), settingsVerdictText(settings, paint)]
  for (const block of blocks) if (block !== '') remark(command, `${block}\n`)
  if (meeting.variables === undefined) return
  const inTheWay = overruling(go, meeting.variables, target)
  if (inTheWay.length > 0) remark(command, `the environment wins over these lines: unset ${inTheWay.join(' ')}`)
  const use = write ? '' : `; for ${target}: ${variableTargets[target].use}`
  remark(command, `${meeting.proved ? 'proved' : 'not proved'}${use}`)
}

/** Variables of the environment that would win over what is written into a file. */
export function overruling(go: GoEnvironment, variables: Variables, target: VariableTarget): readonly string[] {
  if (layerOf(target) !== 'go-env-file') return []
  const set = Object.keys(variables).filter((name) => ![undefined, '', variables[name]].includes(go.environment[name]))
  return [...set, ...clearing(go, 'environment').remove]
}

function json({ meeting, settings, target }: Onboarding, lines: readonly string[], written?: string): object {
  const { url, key, variables, checked, proved, steps } = meeting
  return { url, key, proved, checked, for: target, variables, lines, steps, settings, ...(written && { written }) }
}
