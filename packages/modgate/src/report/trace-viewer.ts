/**
 * The script of the page: a waterfall that zooms, filters and scrolls through thousands of requests. Only the rows in sight are there,
 * and they are used again as it scrolls. These functions run in a browser: their text becomes the script, so that each of them may use
 * nothing but its arguments and the others that are listed at the end.
 */

import type { WaterfallRow } from './trace-rows.ts'
import {
  axisTicks,
  chosenRows,
  drawAxis,
  fillRow,
  newRow,
  showDetails,
  timeBeside,
  timeWords,
  zoomedWindow,
  type Page,
  type PageElement,
  type PageEvent,
  type RowElements,
  type TimeWindow,
  type Zoom,
} from './trace-viewer-rows.ts'

export interface ViewerData {
  readonly totalMs: number
  /** What the phases are called. */
  readonly phases: readonly string[]
  readonly rows: readonly WaterfallRow[]
}

interface Viewer {
  readonly page: Page
  readonly data: ViewerData
  /** Pixels, as the style sheet has it. */
  readonly rowHeight: number
  readonly element: (id: string) => PageElement
  /** Rows that are on the page, whichever requests they show. */
  readonly pool: RowElements[]
  view: TimeWindow
  /** What the filter leaves. */
  shown: readonly WaterfallRow[]
  /** Index into `shown`; -1 for none. */
  selected: number
}

/** Makes the page live. */
export function startViewer(page: Page, data: ViewerData, rowHeight: number): void {
  const element = (id: string) => page.getElementById(id)!
  const viewer: Viewer = {
    ...{ page, data, rowHeight, element, pool: [], selected: -1, shown: data.rows },
    view: { from: 0, to: Math.max(1, data.totalMs) },
  }
  for (const id of ['words', 'kind', 'critical', 'odd']) {
    element(id).addEventListener('input', () => applyFilter(viewer))
  }
  const factors = { in: 0.5, out: 2, all: Infinity }
  for (const [id, factor] of Object.entries(factors)) element(id).addEventListener('click', () => zoom(viewer, factor))
  element('list').addEventListener('scroll', () => drawRows(viewer))
  element('list').addEventListener('keydown', (event) => onKey(viewer, event))
  element('list').addEventListener('wheel', (event) => onWheel(viewer, event), { passive: false })
  page.addEventListener('resize', () => redraw(viewer))
  redraw(viewer)
}

/** The index of the first row that is on the page, a little above what is in sight. */
function firstRow({ element, rowHeight }: Viewer): number {
  return Math.max(0, Math.floor(element('list').scrollTop / rowHeight) - 1)
}

function drawRows(viewer: Viewer): void {
  const { page, data, rowHeight, element, pool, shown } = viewer
  const first = firstRow(viewer)
  const needed = Math.max(0, Math.min(shown.length - first, Math.ceil(element('list').clientHeight / rowHeight) + 3))
  while (pool.length < needed) {
    const made = newRow(page, data.phases.length)
    const place = pool.push(made) - 1
    made.row.addEventListener('click', () => select(viewer, firstRow(viewer) + place))
    element('rows').append(made.row)
  }
  pool.forEach((made, place) => {
    const item = place < needed ? shown[first + place] : undefined
    made.row.hidden = item === undefined
    if (item === undefined) return
    made.row.style.setProperty('top', `${(first + place) * rowHeight}px`)
    made.row.setAttribute('aria-selected', String(first + place === viewer.selected))
    fillRow(made, item, viewer.view)
  })
}

function redraw(viewer: Viewer): void {
  const { page, data, rowHeight, element, shown, view } = viewer
  element('rows').style.setProperty('height', `${shown.length * rowHeight}px`)
  element('count').textContent = `${shown.length} of ${data.rows.length} requests`
  const grid = drawAxis(page, element('axis'), view)
  element('rows').style.setProperty('--grid-from', `${grid.from}px`)
  element('rows').style.setProperty('--grid-step', `${grid.step}px`)
  drawRows(viewer)
}

function select(viewer: Viewer, index: number): void {
  const { page, data, element, rowHeight, shown } = viewer
  const item = shown[index]
  if (item === undefined) return
  viewer.selected = index
  const list = element('list')
  const top = index * rowHeight
  if (top < list.scrollTop) list.scrollTop = top
  if (top + rowHeight > list.scrollTop + list.clientHeight) list.scrollTop = top + rowHeight - list.clientHeight
  showDetails(page, element('details'), item, data.phases)
  const { from, to } = viewer.view
  // Who chooses a request wants to see it.
  if (item.end < from || item.start > to) move(viewer, (item.start - (from + to) / 2) / (to - from))
  else drawRows(viewer)
}

function close(viewer: Viewer): void {
  viewer.selected = -1
  viewer.element('details').hidden = true
  drawRows(viewer)
}

function applyFilter(viewer: Viewer): void {
  const { element, data } = viewer
  viewer.shown = chosenRows(data.rows, {
    words: element('words').value ?? '',
    kind: element('kind').value ?? '',
    critical: element('critical').checked === true,
    odd: element('odd').checked === true,
  })
  viewer.selected = -1
  element('list').scrollTop = 0
  redraw(viewer)
}

/** What somebody looks at: the request that is chosen, or else those in sight. */
function focus({ shown, selected, view, element, rowHeight }: Viewer): number {
  const { scrollTop, clientHeight } = element('list')
  const rowAt = (top: number) => shown[Math.min(shown.length - 1, Math.floor(top / rowHeight))]
  const [first, last] = [rowAt(scrollTop), rowAt(scrollTop + clientHeight)]
  return shown[selected]?.start ?? (first && last ? (first.start + last.start) / 2 : (view.from + view.to) / 2)
}

/** Has what somebody looks at in the middle. */
function zoom(viewer: Viewer, factor: number): void {
  const [at, half] = [focus(viewer), (viewer.view.to - viewer.view.from) / 2]
  zoomAt(viewer, { from: at - half, to: at + half }, { factor, at })
}

function zoomAt(viewer: Viewer, view: TimeWindow, by: Omit<Zoom, 'whole'>): void {
  viewer.view = zoomedWindow(view, { ...by, whole: Math.max(1, viewer.data.totalMs) })
  redraw(viewer)
}

/** To later or earlier times, by a part of what is in sight. */
function move(viewer: Viewer, part: number): void {
  const { from, to } = viewer.view
  const whole = Math.max(1, viewer.data.totalMs)
  const by = Math.min(Math.max((to - from) * part, -from), whole - to)
  viewer.view = { from: from + by, to: to + by }
  redraw(viewer)
}

function onKey(viewer: Viewer, event: PageEvent): void {
  const actions: Readonly<Record<string, () => void>> = {
    '+': () => zoom(viewer, 0.5),
    '=': () => zoom(viewer, 0.5),
    '-': () => zoom(viewer, 2),
    '0': () => zoom(viewer, Infinity),
    ArrowLeft: () => move(viewer, -0.25),
    ArrowRight: () => move(viewer, 0.25),
    ArrowUp: () => select(viewer, Math.max(0, viewer.selected - 1)),
    ArrowDown: () => select(viewer, viewer.selected + 1),
    Escape: () => close(viewer),
  }
  const action = event.ctrlKey === true || event.metaKey === true ? undefined : actions[event.key ?? '']
  if (action === undefined) return
  event.preventDefault()
  action()
}

/** With Ctrl, as in maps, it zooms where the pointer is; sideways it moves; else the list scrolls. */
function onWheel(viewer: Viewer, event: PageEvent): void {
  const { deltaX = 0, deltaY = 0, clientX = 0 } = event
  if (event.ctrlKey === true) {
    const { left, width } = viewer.element('axis').getBoundingClientRect()
    const { from, to } = viewer.view
    event.preventDefault()
    const at = from + ((clientX - left) / Math.max(1, width)) * (to - from)
    zoomAt(viewer, viewer.view, { factor: deltaY > 0 ? 1.25 : 0.8, at })
  } else if (Math.abs(deltaX) > Math.abs(deltaY)) {
    event.preventDefault()
    move(viewer, Math.sign(deltaX) * 0.1)
  }
}

/** The functions above, and those that they use, as the text of a script. */
export function viewerScript(rowHeight: number): string {
  const parts = [axisTicks, chosenRows, drawAxis, fillRow, newRow, showDetails, timeBeside, timeWords, zoomedWindow]
  const own = [
    startViewer,
    firstRow,
    drawRows,
    redraw,
    select,
    close,
    applyFilter,
    focus,
    zoom,
    zoomAt,
    move,
    onKey,
    onWheel,
  ]
  const data = `JSON.parse(document.getElementById('trace').textContent)`
  const page = `{ getElementById: (id) => document.getElementById(id), createElement: (name) => document.createElement(name), addEventListener: (kind, listener) => window.addEventListener(kind, listener) }`
  const start = `startViewer(${page}, ${data}, ${rowHeight})`
  // The names stay inside.
  return ['(() => {', `'use strict'`, ...[...parts, ...own].map(String), start, '})()'].join('\n')
}
