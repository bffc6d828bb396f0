/**
 * The parts of the page's script (trace-viewer.ts) that know nothing of its state: which rows, which times, and how a row is written.
 * What they need of a page is an interface, which a test fulfils, too.
 */

import type { WaterfallRow } from './trace-rows.ts'

/** What is used of an element of a page. */
export interface PageElement {
  textContent: string | null
  className: string
  hidden: boolean
  value?: string
  checked?: boolean
  scrollTop: number
  readonly clientHeight: number
  readonly clientWidth: number
  readonly style: { setProperty(name: string, value: string): void }
  append(...children: PageElement[]): void
  replaceChildren(...children: PageElement[]): void
  setAttribute(name: string, value: string): void
  getBoundingClientRect(): { readonly left: number; readonly width: number }
  addEventListener(kind: string, listener: (event: PageEvent) => void, options?: { readonly passive: boolean }): void
}

export interface PageEvent {
  readonly key?: string
  readonly deltaY?: number
  readonly deltaX?: number
  readonly clientX?: number
  readonly ctrlKey?: boolean
  readonly metaKey?: boolean
  preventDefault(): void
}

export interface Page {
  getElementById(id: string): PageElement | null
  createElement(name: string): PageElement
  /** Of the window. */
  addEventListener(kind: 'resize', listener: () => void): void
}

/** What of the time is in sight, milliseconds. */
export interface TimeWindow {
  readonly from: number
  readonly to: number
}

/** What a person has chosen. */
export interface Choice {
  readonly words: string
  readonly kind: string
  readonly critical: boolean
  readonly odd: boolean
}

/** Rows that a choice leaves. All words have to occur, in the name, the URL, the status or the facts. */
export function chosenRows(
  rows: readonly WaterfallRow[],
  { words, kind, critical, odd }: Choice,
): readonly WaterfallRow[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return rows.filter((row) => {
    if ((kind !== '' && row.kind !== kind) || (critical && !row.isCritical) || (odd && !row.isOdd)) return false
    if (wanted.length === 0) return true
    const text = [row.kind, row.name, row.url, row.status, ...row.facts.flat()].join(' ').toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

export interface Zoom {
  /** Below 1 it becomes narrower. */
  readonly factor: number
  /** The time that stays where it is. */
  readonly at: number
  readonly whole: number
}

/** The window made narrower or wider, within the whole. */
export function zoomedWindow({ from, to }: TimeWindow, { factor, at, whole }: Zoom): TimeWindow {
  const length = Math.min(whole, Math.max(1, (to - from) * factor))
  const part = to > from ? (at - from) / (to - from) : 0.5
  const start = Math.min(Math.max(0, at - length * part), whole - length)
  return { from: start, to: start + length }
}

/** Round times for an axis, about one in a hundred pixels. */
export function axisTicks({ from, to }: TimeWindow, width: number): readonly number[] {
  const wanted = Math.max(1, width / 100)
  const rough = (to - from) / wanted
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 0.001)))
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough) ?? power * 10
  const ticks: number[] = []
  for (let tick = Math.ceil(from / step) * step; tick <= to && ticks.length < 200; tick += step) ticks.push(tick)
  return ticks
}

export function timeWords(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(2))} s` : `${Number(ms.toFixed(1))} ms`
}

/** A row of the page: its element, and what in it is changed as it is used for one request after another. */
export interface RowElements {
  readonly row: PageElement
  readonly name: PageElement
  /** Of a module; apart, since it says more than the end of a long path. */
  readonly version: PageElement
  readonly bars: readonly PageElement[]
  readonly time: PageElement
}

export function newRow(page: Page, phases: number): RowElements {
  const make = (kind: string, className: string) => {
    const element = page.createElement(kind)
    element.className = className
    return element
  }
  const [row, label, track, time] = ['row', 'label', 'track', 'time'].map((name) => make('div', name)) as [
    ...[PageElement, PageElement, PageElement, PageElement],
  ]
  const [name, version] = [make('span', 'name'), make('span', 'version')]
  const bars = Array.from({ length: phases }, (_, phase) => make('div', `bar phase${phase}`))
  label.append(name, version)
  track.append(...bars, time)
  row.append(label, track)
  row.setAttribute('role', 'option')
  return { row, name, version, bars, time }
}

/** Writes a request into a row. */
export function fillRow({ row, name, version, bars, time }: RowElements, item: WaterfallRow, view: TimeWindow): void {
  const percent = (ms: number) => (100 * (ms - view.from)) / (view.to - view.from)
  const { text, left, ends } = timeBeside(item, view)
  row.className = `row${item.isCritical ? ' critical' : ''}${item.isOdd ? ' odd' : ''}${ends ? ' ends' : ''}`
  row.setAttribute('title', `${item.kind} ${item.name}`)
  const at = Math.max(0, item.name.lastIndexOf('@'))
  name.textContent = `${item.kind} ${at > 0 ? item.name.slice(0, at) : item.name}`
  version.textContent = at > 0 ? item.name.slice(at) : ''
  let from = item.start
  item.phases.forEach((ms, phase) => {
    const [begin, end] = [Math.max(0, percent(from)), Math.min(100, percent(from + ms))]
    from += ms
    const bar = bars[phase]!
    bar.hidden = ms <= 0 || end < 0 || begin > 100
    bar.style.setProperty('left', `${begin}%`)
    bar.style.setProperty('width', `${Math.max(0, end - begin)}%`)
  })
  time.textContent = text
  time.style.setProperty('left', `${left}%`)
}

/**
 * How long a request took, in words behind its bar, for which there is room right of the window. Of one that lies outside of the window,
 * when it was is said at that edge: `left` is where these words begin, or where they end. In per cent of the window.
 */
export function timeBeside(
  { start, end }: Pick<WaterfallRow, 'start' | 'end'>,
  { from, to }: TimeWindow,
): { readonly text: string; readonly left: number; readonly ends: boolean } {
  const text = timeWords(end - start)
  if (end < from) return { text: `‹ ${text} at ${timeWords(start)}`, left: 0, ends: false }
  if (start > to) return { text: `${text} at ${timeWords(start)} ›`, left: 100, ends: true }
  return { text, left: Math.min(100, (100 * (end - from)) / (to - from)), ends: false }
}

/** Times above the rows. Answers where the lines are that lead down from them: the first, and how far apart, in pixels. */
export function drawAxis(
  page: Page,
  axis: PageElement,
  view: TimeWindow,
): { readonly from: number; readonly step: number } {
  const place = (at: number) => (at - view.from) / (view.to - view.from)
  const times = axisTicks(view, axis.clientWidth)
  const ticks = times.map((at) => {
    const tick = page.createElement('span')
    tick.textContent = timeWords(at)
    tick.style.setProperty('left', `${100 * place(at)}%`)
    return tick
  })
  axis.replaceChildren(...ticks)
  const [first = view.from, second = view.to + 1] = times
  return { from: place(first) * axis.clientWidth, step: (place(second) - place(first)) * axis.clientWidth }
}

/** Everything that is known of a request, as a list. */
export function showDetails(page: Page, panel: PageElement, item: WaterfallRow, phases: readonly string[]): void {
  const lines: (readonly [string, string])[] = [
    ['request', `${item.kind} ${item.name}`],
    ['URL', item.url],
    ['status', item.status === 0 ? 'none' : String(item.status)],
    ['bytes', String(item.bytes)],
    ['from, to', `${timeWords(item.start)}, ${timeWords(item.end)}`],
    ...item.phases.flatMap((ms, phase) => (ms > 0 ? [[phases[phase]!, timeWords(ms)] as const] : [])),
    ...item.facts,
    ...(item.isCritical ? [['critical chain', 'yes'] as const] : []),
  ]
  panel.hidden = false
  panel.replaceChildren(
    ...lines.flatMap(([name, value]) => {
      const [term, text] = [page.createElement('dt'), page.createElement('dd')]
      term.textContent = name
      text.textContent = value
      return [term, text]
    }),
  )
}
