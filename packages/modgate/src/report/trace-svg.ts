/** A trace as a picture: the waterfall, one bar a request, for a page or a ticket that shows no scripts. */

import type { Trace } from '../trace/trace.ts'
import { phaseLegend, waterfallRows, type WaterfallRow } from './trace-rows.ts'
import { axisTicks, timeWords, type TimeWindow } from './trace-viewer-rows.ts'
import { escapedXml } from './xml-text.ts'

const width = 960
const labelWidth = 330
/** Where rows are too thin for words. */
const margin = 8
const top = 44
/** For the words behind the last bar. */
const right = 60
/** Pixels of a row; with many requests they become thinner, and without words. */
const mostRow = 16
const leastRow = 1
const wantedHeight = 900
const leastRowWithWords = 10
/** What fits beside the bars, in letters of a usual width. */
const labelCharacters = { bold: 45, normal: 48 }

/** SVG without scripts, fonts of its own or anything from outside. */
export function traceSvg(trace: Trace): string {
  const rows = waterfallRows(trace)
  const rowHeight = Math.max(leastRow, Math.min(mostRow, Math.floor(wantedHeight / Math.max(1, rows.length))))
  const height = top + rows.length * rowHeight + 8
  const view = { from: 0, to: Math.max(1, trace.totalMs) }
  const left = rowHeight < leastRowWithWords ? margin : labelWidth
  const scale = (ms: number) => round(left + ((width - left - right) * (ms - view.from)) / (view.to - view.from))
  const drawing: Drawing = { view, left, scale, rowHeight, height }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">
<title>${escapedXml(`modgate trace: ${trace.command.join(' ')}`)}</title>
<rect width="100%" height="100%" fill="#fff"/>
${legend(left)}
${axis(drawing)}
${rows.map((row, index) => rowOf(row, top + index * rowHeight, drawing)).join('\n')}
</svg>
`
}

interface Drawing {
  readonly view: TimeWindow
  /** Where the bars begin. */
  readonly left: number
  readonly scale: (ms: number) => number
  readonly rowHeight: number
  readonly height: number
}

function legend(left: number): string {
  return phaseLegend
    .map(([label, colour], index) => {
      const x = left + index * 90
      return `<rect x="${x}" y="6" width="10" height="10" fill="${colour}"/><text x="${x + 14}" y="15" fill="#5b6b7b">${label}</text>`
    })
    .join('')
}

function axis({ view, left, scale, height }: Drawing): string {
  return axisTicks(view, width - left)
    .map((tick) => {
      const x = scale(tick)
      return `<path d="M${x} 26V${height}" stroke="#8884"/><text x="${x + 3}" y="36" fill="#5b6b7b">${timeWords(tick)}</text>`
    })
    .join('')
}

function rowOf(row: WaterfallRow, y: number, { scale, rowHeight }: Drawing): string {
  const inner = Math.max(1, rowHeight - 5)
  let at = row.start
  const bars = row.phases.map((ms, phase) => {
    const [x, end] = [scale(at), scale(at + ms)]
    at += ms
    const [, colour] = phaseLegend[phase]!
    return ms > 0
      ? `<rect x="${x}" y="${y}" width="${round(Math.max(0.5, end - x))}" height="${inner}" fill="${colour}"/>`
      : ''
  })
  if (rowHeight < leastRowWithWords) return bars.join('')
  const words = `${row.kind} ${row.name}`
  const label = shortened(words, row.isCritical ? labelCharacters.bold : labelCharacters.normal)
  const colour = row.isOdd ? '#b3261e' : '#1c2733'
  const weight = row.isCritical ? ' font-weight="600"' : ''
  const text = `<text x="8" y="${y + inner - 1}" fill="${colour}"${weight}>${escapedXml(label)}</text>`
  return `${text}${bars.join('')}<text x="${round(scale(row.end) + 4)}" y="${y + inner - 1}" fill="#5b6b7b">${timeWords(row.end - row.start)}</text>`
}

/** Without its middle: the version at the end says more than the end of a long path. */
function shortened(words: string, most: number): string {
  if (words.length <= most) return words
  const end = Math.floor(most / 2)
  return `${words.slice(0, most - 1 - end)}…${words.slice(-end)}`
}

const round = (value: number): number => Math.round(value * 10) / 10
