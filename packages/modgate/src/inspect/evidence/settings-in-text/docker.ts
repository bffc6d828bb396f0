/** Settings in Dockerfiles: ENV and ARG from their line on, RUN for its own command; and which of go's files are copied when. */

import { addSetting, assignment, type Scan, type Spot } from './written-setting.ts'
import { scanShell } from './shell.ts'
import { shellCommands } from './shell-words.ts'

interface Instruction {
  readonly name: string
  readonly rest: string
  readonly line: number
}

interface Stage {
  readonly scope: readonly string[]
  readonly where: string
  /** The instruction that copied go.mod, as long as no go.sum has come. */
  alone: Instruction | undefined
  hasSum: boolean
}

/** Reads a Dockerfile, stage by stage. */
export function scanDockerfile(scan: Scan, text: string): void {
  let stage = newStage(0, '')
  let stages = 0
  for (const instruction of instructions(text)) {
    if (instruction.name === 'FROM')
      stage = newStage(++stages, / as (\S{1,100})\s*$/i.exec(instruction.rest)?.[1] ?? '')
    else if (instruction.name === 'ENV' || instruction.name === 'ARG') scanVariables(scan, instruction, stage)
    else if (instruction.name === 'COPY' || instruction.name === 'ADD') noteCopy(instruction, stage)
    else if (instruction.name === 'RUN') scanRun(scan, instruction, stage)
  }
}

function newStage(number: number, name: string): Stage {
  const where = `the image from here on${name === '' ? '' : `, stage ${name}`}`
  return { scope: [`stage ${number}`], where, alone: undefined, hasSum: false }
}

/** Logical lines; a backslash continues one, comments within are left out. */
function* instructions(text: string): Generator<Instruction> {
  let kept = ''
  let first = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*#/.test(line)) {
      // Lines keep their number: what is left out of RUN leaves a continued blank.
      if (kept !== '') kept += '\\\n'
      continue
    }
    if (kept === '') first = index + 1
    kept += `${line.trimEnd()}\n`
    if (/[\\`]\s*$/.test(line)) continue
    const [, name = '', rest = ''] = /^\s*([A-Za-z]+)\s+([^]*)$/.exec(kept) ?? []
    kept = ''
    if (name !== '') yield { name: name.toUpperCase(), rest, line: first }
  }
}

function scanVariables(scan: Scan, { name, rest, line }: Instruction, { scope, where }: Stage): void {
  const spot: Spot = { line, reach: 'image', scope, where }
  const words = shellCommands(rest, line).flatMap((command) => command.words)
  const [first, ...others] = words
  // ENV has an old form without an equals sign.
  if (name === 'ENV' && first && assignment(first.text) === undefined) {
    const text = others.map((word) => word.text).join(' ')
    addSetting(scan, first.text, { text, known: others.every(({ known }) => known) }, spot)
    return
  }
  for (const word of words) {
    const given = assignment(word.text)
    if (given) addSetting(scan, given.name, { text: given.value, known: word.known }, { ...spot, line: word.line })
  }
}

function noteCopy(instruction: Instruction, stage: Stage): void {
  const sources = instruction.rest
    .replace(/[[\]",]/g, ' ')
    .trim()
    .split(/\s+/)
    .slice(0, -1)
  // What another stage holds is not looked into.
  const bringsAll = sources.some((source) => /^--from=|(^|\/)(\.|\*|go\.\*|go\.sum\*?)$|^\.?\/$|\*/.test(source))
  if (bringsAll || sources.some((source) => !/\.\w+$/.test(source) && !source.startsWith('--'))) stage.hasSum = true
  if (sources.some((source) => /(^|\/)go\.mod$/.test(source))) stage.alone ??= instruction
}

function scanRun(scan: Scan, { rest, line }: Instruction, stage: Stage): void {
  const spot = { reach: 'image', scope: stage.scope, where: stage.where } as const
  const own = { reach: 'command', scope: [...stage.scope, `line ${line}`], where: 'this RUN' } as const
  const flags = /^(--\S+\s+)*/.exec(rest)![0]
  const script = rest.startsWith('[') ? execForm(rest) : rest.slice(flags.length)
  const before = scan.commands.length
  scanShell(scan, script, { line, exported: own, lasting: spot })
  const downloads = scan.commands.slice(before).some(({ kind }) => kind === 'downloads')
  if (!downloads || stage.hasSum || flags.includes('go.sum') || flags.includes('type=bind')) return
  if (stage.alone)
    scan.halfCopies.push({ line: stage.alone.line, text: `${stage.alone.name} ${stage.alone.rest.trim()}` })
  stage.alone = undefined
}

function execForm(text: string): string {
  try {
    return (JSON.parse(text.trim()) as unknown[]).map((word) => `'${String(word).replaceAll("'", "'\\''")}'`).join(' ')
  } catch {
    return text
  }
}
