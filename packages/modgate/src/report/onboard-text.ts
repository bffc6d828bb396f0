/** What `modgate onboard` found out, for a person at a terminal: the way to the gate, step by step, and the settings that are there. */

import type { Clearing } from '../inspect/onboard/exemptions.ts'
import type { SettingVerdict } from '../inspect/onboard/present-settings.ts'
import type { Step } from '../inspect/onboard/step.ts'
import { plainPaint, visible, type Paint } from './findings-paint.ts'
import { marks, wrapped } from './findings-text.ts'
import { unsetLines, variableLines, type Variables, type VariableTarget } from './variable-lines.ts'

/** A step a line, with what to do about it below. */
export function stepsText(steps: readonly Step[], paint: Paint = plainPaint): string {
  return steps
    .flatMap(({ outcome, words, next }) => {
      const [first = '', ...more] = wrapped(visible(words))
      const advice = next === undefined ? [] : wrapped(`next: ${visible(next)}`)
      return [`${paint(outcome, marks[outcome])} ${first.trimStart()}`, ...more, ...advice]
    })
    .join('\n')
}

const verdictWords = {
  'in-force': 'is what the line says',
  replaced: 'is replaced by the line',
  'must-go': 'must go',
  idle: 'has no effect here',
} as const satisfies Record<SettingVerdict['verdict'], string>

const tones = { 'in-force': 'good', replaced: 'note', 'must-go': 'warning', idle: 'quiet' } as const

/** A setting a line with its place, and why below; empty where there is nothing to say. */
export function settingsVerdictText(verdicts: readonly SettingVerdict[], paint: Paint = plainPaint): string {
  return verdicts
    .filter(({ verdict }) => verdict !== 'in-force')
    .flatMap(({ name, value, place, verdict, why }) => [
      `${paint(tones[verdict], `${name}=${visible(value)}`)} ${visible(place)} ${paint('heading', verdictWords[verdict])}:`,
      ...wrapped(visible(why)),
    ])
    .join('\n')
}

/** Where lines for a target take effect: what stands there already can be taken away by them. */
export function layerOf(target: VariableTarget): 'environment' | 'go-env-file' | undefined {
  if (target === 'go-env') return 'go-env-file'
  return target === 'shell' || target === 'fish' || target === 'powershell' ? 'environment' : undefined
}

/** The lines for a target: the settings, and what ends the exemptions that stand there. */
export function onboardLines(
  variables: Variables,
  target: VariableTarget,
  { remove, none }: Clearing = { remove: [], none: [] },
): readonly string[] {
  const overruled = Object.fromEntries(none.map((name) => [name, 'none']))
  return [
    ...variableLines({ ...variables, ...overruled }, target),
    ...unsetLines(
      remove.filter((name) => !(name in overruled)),
      target,
    ),
  ]
}
