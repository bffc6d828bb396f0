/** Settings in shell text: exports, assignments before a command, `go env -w`, lines for the CI's environment file, containers. */

import {
  addSetting,
  assignment,
  type NotedCommand,
  type Scan,
  type Spot,
  type WrittenValue,
} from './written-setting.ts'
import { shellCommands, type ShellCommand, type Word } from './shell-words.ts'

/** For whom the text runs, and what its settings are worth. */
export interface ShellPlace {
  /** Of the first line of the text. */
  readonly line: number
  /** Of an exported variable. */
  readonly exported: Omit<Spot, 'line'>
  /** Of `go env -w`, and of lines for the CI's environment file. */
  readonly lasting: Omit<Spot, 'line'>
  /** Whether an assignment is an export: after `set -a`, or in a file that is read so. */
  readonly allExported?: boolean
  /** How often text within text is read: `sh -c '…'`. */
  readonly depth?: number
}

const wholeFile = { reach: 'file', scope: [], where: 'the whole script' } as const
const machine = { reach: 'machine', scope: [], where: 'the machine from here on' } as const

/** Reads a script of its own. */
export function scanScript(scan: Scan, text: string): void {
  scanShell(scan, text, { line: 1, exported: wholeFile, lasting: machine, allExported: scan.file.endsWith('.envrc') })
}

/** Reads shell text that stands in another file. */
export function scanShell(scan: Scan, text: string, place: ShellPlace): void {
  const commands = shellCommands(text, place.line)
  const assigned = new Map<string, { readonly word: Word; readonly line: number }>()
  const all = place.allExported || commands.some(({ words }) => words[0]?.text === 'set' && words[1]?.text === '-a')
  for (const command of commands) {
    const { words, plain } = leading(command.words)
    if (words.length > 0) scanCommand(scan, { ...command, words }, { place, plain, assigned })
    else if (all) for (const word of plain) addWord(scan, word, { ...place.exported, line: command.line })
    else for (const word of plain) assigned.set(assignment(word.text)!.name, { word, line: command.line })
  }
}

interface Surroundings {
  readonly place: ShellPlace
  /** Assignments before the command. */
  readonly plain: readonly Word[]
  /** Variables of the shell that no command sees before they are exported. */
  readonly assigned: ReadonlyMap<string, { readonly word: Word; readonly line: number }>
}

const prefixes: ReadonlySet<string> = new Set([
  'then',
  'do',
  'else',
  'if',
  'elif',
  'while',
  '!',
  '{',
  'time',
  'exec',
  'command',
  'sudo',
  'nohup',
  'nice',
  '-',
  '@',
])

/** The assignments before a command, and the rest of it without words like `sudo`. */
function leading(words: readonly Word[]): { readonly plain: readonly Word[]; readonly words: readonly Word[] } {
  const plain: Word[] = []
  let at = 0
  for (let afterEnv = false; at < words.length; at++) {
    const { text } = words[at]!
    if (assignment(text) !== undefined) plain.push(words[at]!)
    else if (text === 'env') afterEnv = true
    else if (afterEnv && text.startsWith('-')) at += /^-[uCS]$/.test(text) ? 1 : 0
    else if (!prefixes.has(text)) break
  }
  return { plain, words: words.slice(at) }
}

function scanCommand(scan: Scan, command: ShellCommand, around: Surroundings): void {
  const { line, words } = command
  const one = {
    line,
    reach: 'command',
    scope: [...around.place.exported.scope, `line ${line}`],
    where: 'this command',
  } as const
  for (const word of around.plain) addWord(scan, word, one)
  const [head = '', ...rest] = words.map(({ text }) => text)
  noteCommand(scan, command)
  if (head === 'export' || head === 'declare' || head === 'typeset' || head === 'set' || head === 'setx') {
    scanExport(scan, command, around)
    return
  }
  if (head === 'go' && rest[0] === 'env' && rest.includes('-w')) {
    words.slice(2).forEach((word) => addWord(scan, word, { ...around.place.lasting, line }))
    return
  }
  if (/^\$env:/i.test(head)) {
    scanPowerShell(scan, command, around)
    return
  }
  if (/^(docker|podman|buildah|nerdctl|make|gmake|just|task|act)$/.test(head)) {
    words.slice(1).forEach((word) => addWord(scan, withoutFlag(word), { ...one, where: 'what this command starts' }))
    return
  }
  if ((head === 'echo' || head === 'printf' || head === 'cat' || head === 'tee') && isForLater(command)) {
    scanLater(scan, command, around.place)
    return
  }
  const script = rest.indexOf('-c')
  if (script >= 0 && /(^|\/)(ba|da|z|k|)sh$/.test(head)) scanNested(scan, words[script + 2], line, around.place)
}

function scanNested(scan: Scan, word: Word | undefined, line: number, place: ShellPlace): void {
  const depth = (place.depth ?? 0) + 1
  if (word !== undefined && depth <= 3) scanShell(scan, word.text, { ...place, line, depth })
}

function addWord(scan: Scan, { text, known }: WrittenValue, spot: Spot): void {
  const given = assignment(text)
  if (given) addSetting(scan, given.name, { text: given.value, known }, spot)
}

/** `--env=NAME=value` and `--build-arg=NAME=value` without the flag. */
function withoutFlag({ text, known }: WrittenValue): WrittenValue {
  return { text: text.replace(/^(--env=|--build-arg=|-e(?=GO))/, ''), known }
}

function scanExport(scan: Scan, { line, words }: ShellCommand, { place, assigned }: Surroundings): void {
  const spot = words[0]!.text === 'setx' ? place.lasting : place.exported
  for (const [index, word] of words.entries()) {
    const earlier = assigned.get(word.text)
    if (assignment(word.text) !== undefined) addWord(scan, word, { ...spot, line })
    else if (earlier) addWord(scan, earlier.word, { ...spot, line: earlier.line })
    else if (index === 1 && words[0]!.text === 'setx' && words[2])
      addSetting(scan, word.text, words[2], { ...spot, line })
  }
}

/** `$env:NAME = 'value'` */
function scanPowerShell(scan: Scan, { line, words }: ShellCommand, { place }: Surroundings): void {
  const text = words.map((word) => word.text).join(' ')
  const [, name = '', value = ''] = /^\$env:(\w{1,64}) ?= ?(.*)$/i.exec(text) ?? []
  addSetting(scan, name.toUpperCase(), { text: value, known: !value.includes('$') }, { ...place.exported, line })
}

/** Whether the command writes where later steps, or every go command, read their settings. */
function isForLater({ words, outputs }: ShellCommand): boolean {
  const targets = [...outputs, ...words.slice(1).map(({ text }) => text)].join('\n')
  return /GITHUB_ENV|BASH_ENV|BUILD_ENV|go\/env\b|go\.env\b|\.env\b|\.bashrc|\.profile|profile\.d|\/etc\/environment|##vso\[/.test(
    targets,
  )
}

function scanLater(scan: Scan, { line, words, document }: ShellCommand, place: ShellPlace): void {
  const spot = { ...place.lasting, line }
  for (const { text, known } of words.slice(1)) {
    const [, name, value] = /##vso\[task\.setvariable variable=(\w{1,64})[^\]]*\](.*)/.exec(text) ?? []
    if (name !== undefined) addSetting(scan, name, { text: value ?? '', known }, spot)
    else
      for (const part of text.split('\n'))
        addWord(scan, { text: part.replace(/^export /, '').replace(/\\n$/, ''), known }, spot)
  }
  for (const [index, text] of (document?.text.split('\n') ?? []).entries()) {
    addWord(
      scan,
      { text: text.trim().replace(/^export /, ''), known: !text.includes('$') },
      { ...spot, line: document!.line + index },
    )
  }
}

function noteCommand(scan: Scan, { line, words }: ShellCommand): void {
  const kind = noted(words.map(({ text }) => text))
  const text = words
    .map((word) => word.text)
    .join(' ')
    .slice(0, 200)
  if (kind) scan.commands.push({ kind, file: scan.file, line, text })
}

const downloading: ReadonlySet<string> = new Set(['build', 'install', 'test', 'run', 'vet', 'generate'])

function noted([head = '', verb = '', noun = '', ...rest]: readonly string[]): NotedCommand['kind'] | undefined {
  const all = [verb, noun, ...rest]
  const names = (text: string): boolean => /(^|\/)go\.(sum|\*|\{mod,sum\})$/.test(text)
  if (head === 'rm' || head === 'unlink' || head === 'del' || (head === 'git' && verb === 'rm'))
    return all.some(names) ? 'removes-go-sum' : undefined
  if (head === 'git') return verb === 'diff' || verb === 'status' ? 'compares' : undefined
  if (head !== 'go') return undefined
  if (verb === 'mod' && noun === 'tidy') return rest.includes('-diff') ? 'compares' : 'rewrites-go-sum'
  if (verb === 'get' || all.includes('-mod=mod')) return 'rewrites-go-sum'
  return (verb === 'mod' && noun === 'download') || downloading.has(verb) ? 'downloads' : undefined
}

/** Whether a text is worth a second look: for readers of other syntaxes. */
export function mentionsSettings(text: string): boolean {
  return /GO[A-Z]{3,}|go\.sum|\bgo\b/.test(text)
}
