/** A comparison of chains as a picture: first bytes by kind of file, p50 as a bar and p95 as a line behind it. */

import { fileKinds, type FileKind } from '../timing/chain-turn.ts'
import type { ChainComparison, ChainResult, Pass } from '../timing/chain-comparison.ts'
import { chainBenchTitle } from './chain-bench-tables.ts'
import { visible } from './findings-paint.ts'
import { durationInWords } from './trace-words.ts'
import { axisTicks, timeWords } from './trace-viewer-rows.ts'
import { escapedXml } from './xml-text.ts'

const width = 960
const left = 250
const right = 110
const top = 74
const rowHeight = 18
const groupGap = 26
const nameCharacters = 34

/** Apart without red and green: the first round, and those after it. */
const colours = { first: '#9aa5b1', later: '#3b7dd8' } as const
type Round = keyof typeof colours

interface Bar {
  readonly chain: string
  readonly round: Round
  readonly pass: Pass
}

/** SVG without scripts, fonts of its own or anything from outside. */
export function chainBenchSvg(comparison: ChainComparison): string {
  const bars = comparison.chains.flatMap(barsOf)
  const most = Math.max(1, ...bars.flatMap(({ pass }) => fileKinds.map((kind) => p95Of(pass, kind))))
  const scale = (ms: number) => round(left + ((width - left - right) * ms) / most)
  const groupHeight = bars.length * rowHeight + groupGap
  const height = top + fileKinds.length * groupHeight
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">
<title>modgate bench chain</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="8" y="18" font-size="13" font-weight="600" fill="#1c2733">Time to the first byte: ${escapedXml(chainBenchTitle(comparison))}</text>
${legend()}
${axis(most, scale, height)}
${fileKinds.map((kind, index) => group(kind, bars, { y: top + index * groupHeight, scale })).join('\n')}
</svg>
`
}

function barsOf({ name, first, later }: ChainResult): readonly Bar[] {
  const chain = visible(name)
  return [{ chain, round: 'first', pass: first }, ...(later ? [{ chain, round: 'later' as const, pass: later }] : [])]
}

const p95Of = ({ byKind }: Pass, kind: FileKind) => byKind[kind]?.firstByteMs.p95 ?? 0

function legend(): string {
  const entries = [
    ['first', 'first round, p50'],
    ['later', 'later rounds, p50'],
  ] as const
  const boxes = entries.map(([name, words], index) => {
    const x = left + index * 130
    return `<rect x="${x}" y="30" width="10" height="10" fill="${colours[name]}"/><text x="${x + 14}" y="39" fill="#5b6b7b">${words}</text>`
  })
  const x = left + entries.length * 130
  return `${boxes.join('')}<path d="M${x} 35h18" stroke="#1c2733"/><text x="${x + 24}" y="39" fill="#5b6b7b">to p95</text>`
}

function axis(most: number, scale: (ms: number) => number, height: number): string {
  return axisTicks({ from: 0, to: most }, width - left - right)
    .map((tick) => {
      const x = scale(tick)
      return `<path d="M${x} 48V${height}" stroke="#8884"/><text x="${x + 3}" y="58" fill="#5b6b7b">${timeWords(tick)}</text>`
    })
    .join('')
}

interface Place {
  readonly y: number
  readonly scale: (ms: number) => number
}

function group(kind: FileKind, bars: readonly Bar[], { y, scale }: Place): string {
  const rows = bars.map((bar, index) => row(bar, kind, { y: y + 6 + index * rowHeight, scale }))
  return `<text x="8" y="${y}" font-weight="600" fill="#1c2733">.${kind}</text>${rows.join('')}`
}

function row({ chain, round: which, pass }: Bar, kind: FileKind, { y, scale }: Place): string {
  const label = chain.length > nameCharacters ? `${chain.slice(0, nameCharacters - 1)}…` : chain
  const name = `<text x="16" y="${y + 11}" fill="#1c2733">${escapedXml(label)}</text>`
  const times = pass.byKind[kind]?.firstByteMs
  if (times === undefined) return `${name}<text x="${left + 4}" y="${y + 11}" fill="#b3261e">no answer</text>`
  const [from, p50, p95] = [scale(0), scale(times.p50), scale(times.p95)]
  const bar = `<rect x="${from}" y="${y}" width="${round(Math.max(0.5, p50 - from))}" height="13" fill="${colours[which]}"/>`
  const tail = `<path d="M${p50} ${y + 6.5}H${p95}M${p95} ${y + 3}v7" stroke="#1c2733" fill="none"/>`
  const words = `${durationInWords(times.p50)} / ${durationInWords(times.p95)}`
  return `${name}${bar}${tail}<text x="${round(p95 + 5)}" y="${y + 11}" fill="#5b6b7b">${words}</text>`
}

const round = (value: number): number => Math.round(value * 10) / 10
