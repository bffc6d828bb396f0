/** The page at `/`: what this gate is, and the lines that point a go command at it. */

import { pasteLines } from '../report/client-settings.ts'
import type { ServeConfig } from '../config/index.ts'

export interface FrontPage {
  readonly type: string
  readonly text: string
}

export interface FrontPageFacts {
  readonly config: ServeConfig
  readonly version: string
  /** In words: store, upstream, database. */
  readonly facts: Readonly<Record<string, string>>
  /** The verifier line of the gate's own checksum database, where it has one. */
  readonly logKey?: string | undefined
}

/** HTML for a browser, plain text for a terminal. `url` is the gate as the caller reaches it. */
export function frontPage(
  { config, version, facts, logKey }: FrontPageFacts,
  url: string,
  accept: string | undefined,
): FrontPage {
  const lines = pasteLines({ url, logKey }, config, 'linux')
  const rows = Object.entries(facts)
  if (accept === undefined || !/\btext\/html\b/.test(accept)) {
    const text = [
      `modgate ${version}: a Go module gateway`,
      '',
      ...lines,
      '',
      ...rows.map(([name, value]) => `${name.padEnd(9)} ${value}`),
      '',
    ]
    return { type: 'text/plain; charset=UTF-8', text: text.join('\n') }
  }
  return { type: 'text/html; charset=UTF-8', text: html(version, lines, rows) }
}

function html(version: string, lines: readonly string[], rows: readonly (readonly [string, string])[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>modgate</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; color: #1c2733; background: #fff }
  pre { background: #f1f4f7; padding: 1rem; border-radius: 6px; overflow-x: auto }
  dt { color: #5b6b7b } dd { margin: 0 0 .6rem; overflow-wrap: anywhere }
  @media (prefers-color-scheme: dark) { body { color: #dde5ec; background: #12181f } pre { background: #1e2730 } dt { color: #93a4b5 } a { color: #7db8ff } }
</style>
<h1>modgate</h1>
<p>A Go module gateway, version ${escapeHTML(version)}. Point your go command at it:</p>
<pre>${lines.map(escapeHTML).join('\n')}</pre>
<dl>${rows.map(([name, value]) => `<dt>${escapeHTML(name)}</dt><dd>${escapeHTML(value)}</dd>`).join('')}</dl>
<p><a href="-/onboard">onboard</a> · <a href="healthz">healthz</a> · <a href="readyz">readyz</a> · <a href="metrics">metrics</a> · <a href="version">version</a></p>
</html>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text that is safe between tags and in quoted attributes. */
function escapeHTML(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}
