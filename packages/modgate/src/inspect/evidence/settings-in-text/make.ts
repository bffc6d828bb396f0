/** Settings in makefiles and justfiles: exported variables, and what recipes set. */

import { addSetting, withoutComment, type Scan, type WrittenValue } from './written-setting.ts'
import { scanShell } from './shell.ts'

const variable = /^(?:(override)\s+)?(export\s+)?([A-Za-z_]\w{0,63})\s*(?:[:?+!]{0,3}=)\s*(.*)$/
const ofTarget = /^([^\s:=#][^:=#]{0,200}):\s*(export\s+)?([A-Za-z_]\w{0,63})\s*[:?+]{0,2}=\s*(.*)$/

/** Reads a makefile, or a justfile, which differs little where it sets variables. */
export function scanMake(scan: Scan, text: string): void {
  const lines = text.split('\n')
  const exported = exportedNames(lines)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.trimEnd()
    if (/^(\t| {2,})/.test(line)) at = scanRecipe(scan, lines, at)
    else if (!line.startsWith('#')) scanLine(scan, { line, number: at + 1, exported })
  }
}

/** Names that `export NAME` lines list; `*` for a bare one. */
function exportedNames(lines: readonly string[]): ReadonlySet<string> {
  const names = lines.flatMap((line) => {
    const rest = /^export\b([^=]*)$/.exec(line.trim())?.[1]
    return rest === undefined ? [] : rest.trim() === '' ? ['*'] : rest.trim().split(/\s+/)
  })
  return new Set(names)
}

interface MakeLine {
  readonly line: string
  readonly number: number
  readonly exported: ReadonlySet<string>
}

function scanLine(scan: Scan, { line, number, exported }: MakeLine): void {
  const [, , export_, name = '', text = ''] = variable.exec(line) ?? []
  // A variable that is not exported is make's own, and no command sees it.
  if (name !== '' && (export_ !== undefined || exported.has(name) || exported.has('*'))) {
    addSetting(scan, name, makeValue(text), {
      line: number,
      reach: 'file',
      scope: [],
      where: 'every command of this file',
    })
    return
  }
  const [, target, targetExport, targetName = '', targetText = ''] = ofTarget.exec(line) ?? []
  if (target !== undefined && (targetExport !== undefined || exported.has(targetName))) {
    const spot = { line: number, reach: 'step', scope: [target.trim()], where: `target ${target.trim()}` } as const
    addSetting(scan, targetName, makeValue(targetText), spot)
  }
}

function makeValue(written: string): WrittenValue {
  const bare = withoutComment(written).trim()
  const [, quoted] = /^(?:'([^']*)'|"[^"]*")$/.exec(bare) ?? []
  const text = quoted ?? bare.replace(/^"([^"]*)"$/, '$1')
  return { text, known: !/[$`{]/.test(text) && !/\s(\+|&&|if)\s/.test(text) }
}

/** Reads a recipe, which ends at the first line that is not indented. Returns the index of its last line. */
function scanRecipe(scan: Scan, lines: readonly string[], first: number): number {
  let last = first
  while (last + 1 < lines.length && /^(\t| {2,})/.test(lines[last + 1]!)) last++
  for (let at = first; at <= last; at++) {
    const start = at
    let text = lines[at]!
    while (text.trimEnd().endsWith('\\') && at < last) text += `\n${lines[++at]!}`
    const scope = [`recipe ${start + 1}`]
    const spot = { reach: 'command', scope, where: 'this line of a recipe' } as const
    const shell = text.replace(/^\s*[@+-]*/, '').replaceAll('$$', '$')
    scanShell(scan, shell, {
      line: start + 1,
      exported: spot,
      lasting: { reach: 'machine', scope: [], where: 'the machine from here on' },
    })
  }
  return last
}
