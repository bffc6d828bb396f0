/**
 * A trace as one page that needs nothing else: no network, no other file. Its policy (Content-Security-Policy) allows just its own
 * script and style by their hashes, so that nothing of what a proxy sent could run, even if it got in.
 */

import { createHash } from 'node:crypto'
import { tracedKinds, type Trace } from '../trace/trace.ts'
import { plainPaint } from './findings-paint.ts'
import { phaseLegend, waterfallRows } from './trace-rows.ts'
import { traceText } from './trace-text.ts'
import { viewerScript, type ViewerData } from './trace-viewer.ts'

const rowHeight = 20

export function traceHtml(trace: Trace): string {
  const script = viewerScript(rowHeight)
  const title = escaped(`modgate trace: ${trace.command.join(' ')}`)
  const data: ViewerData = {
    totalMs: trace.totalMs,
    phases: phaseLegend.map(([label]) => label),
    rows: waterfallRows(trace),
  }
  const kinds = tracedKinds.filter((kind) => trace.requests.some((request) => request.kind === kind))
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${style}</style>
<header>
<details open><summary>Summary</summary><pre>${escaped(traceText(trace, plainPaint))}</pre></details>
<div class="controls">
<input id="words" type="search" placeholder="filter: module, status, URL, cause" aria-label="Filter">
<select id="kind" aria-label="Kind"><option value="">every kind</option>${kinds.map((kind) => `<option>${kind}</option>`).join('')}</select>
<label><input id="critical" type="checkbox"> critical chain</label>
<label><input id="odd" type="checkbox"> failed, not there, stalled</label>
<button id="in" type="button">zoom in</button><button id="out" type="button">out</button><button id="all" type="button">all</button>
<output id="count"></output>
</div>
<div class="head"><span class="legend">${phaseLegend.map(([label], phase) => `<span><i class="bar phase${phase}"></i>${escaped(label)}</span>`).join(' ')}</span><div id="axis"></div></div>
</header>
<noscript><p>The waterfall needs scripts; the summary above has the essence.</p></noscript>
<main id="list" tabindex="0" role="listbox" aria-label="Requests; + and - zoom, arrows move and select, Escape closes what a request tells"><div id="rows"></div></main>
<dl id="details" hidden></dl>
<script id="trace" type="application/json">${inScript(JSON.stringify(data))}</script>
<script>${script}</script>
</html>
`
}

const phaseColours = phaseLegend.map(([, colour], phase) => `.phase${phase} { background: ${colour} }`).join('\n')

const style = `
:root { color-scheme: light dark; --line: #8884; --quiet: #5b6b7b; --bad: #b3261e; --ink: #1c2733; --paper: #fff }
* { box-sizing: border-box }
html, body { height: 100%; margin: 0 }
body { display: flex; flex-direction: column; font: 13px/1.4 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
header { padding-top: .5rem }
header > details, .controls { padding: 0 .75rem }
pre { margin: .25rem 0 0; max-height: 38vh; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px }
summary { font-weight: 600; cursor: pointer }
.controls { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .5rem 0 }
#words { min-width: 16rem; flex: 0 1 24rem }
.head, main { padding: 0 .75rem; overflow: hidden; scrollbar-gutter: stable }
.head { display: flex; border-bottom: 1px solid var(--line); color: var(--quiet) }
.legend, .label { flex: 0 0 34%; padding-right: .5rem; display: flex; white-space: nowrap; overflow: hidden }
.legend { flex-wrap: wrap; gap: 0 .6rem; font-size: 11px; line-height: 1.65 } .legend .bar { position: static; display: inline-block; width: .8em; height: .8em; margin-right: .35em }
#axis, .track { position: relative; flex: 1; margin-right: 4.5rem } #axis { height: 1.4em } #axis span { position: absolute; padding-left: 3px; border-left: 1px solid var(--line); white-space: nowrap }
main { flex: 1; min-height: 8rem; overflow-y: scroll }
#rows { position: relative }
.row { position: absolute; left: 0; right: 0; height: ${rowHeight}px; line-height: ${rowHeight}px; display: flex; cursor: pointer }
.row[hidden], .bar[hidden], dl[hidden] { display: none }
.row:hover, .row[aria-selected=true] { background: #3b7dd82e }
.label span { overflow: hidden; text-overflow: ellipsis } .label .version { flex: none; max-width: 65% }
.critical .label { font-weight: 600 } .odd .label { color: var(--bad) }
.track { background: linear-gradient(to right, var(--line) 1px, transparent 1px) var(--grid-from, 0) 0 / var(--grid-step, 100%) 100% }
.bar { position: absolute; top: 4px; height: ${rowHeight - 8}px; min-width: 1px }
.time { position: absolute; top: 0; padding: 0 4px; white-space: nowrap; color: var(--quiet); font-size: 11px }
.ends .time { transform: translateX(-100%) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0; padding: .5rem .75rem; border-top: 1px solid var(--line); max-height: 30vh; overflow: auto }
dt { color: var(--quiet) } dd { margin: 0; overflow-wrap: anywhere }
${phaseColours}
@media (prefers-color-scheme: dark) { :root { --quiet: #93a4b5; --bad: #ff8a80; --ink: #dde5ec; --paper: #12181f } }
`

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}

/** JSON in a script element ends at the first thing that looks like its end; in JSON a less-than sign only stands in strings. */
function inScript(json: string): string {
  return json.replaceAll('<', '\\u003c')
}
