/** Where a finding stands, for those who point into files. */

import type { Evidence, Finding } from '../inspect/finding.ts'

/** A place in a file. */
export interface FilePlace {
  /** Slash-separated; relative to the root where it lies below it. */
  readonly path: string
  readonly relative: boolean
  /** From 1. */
  readonly line?: number
}

/** The first place of the evidence that is in a file; undefined where it is in none, as a variable of the environment. */
export function filePlace({ evidence }: Finding, root?: string): FilePlace | undefined {
  for (const item of evidence) {
    const place = placeOf(item, root)
    if (place !== undefined) return place
  }
  return undefined
}

/** One piece of evidence as a place in a file; undefined where it is none. */
export function placeOf({ place, line }: Evidence, root?: string): FilePlace | undefined {
  if (line === undefined && !looksLikeFile(place)) return undefined
  const path = place.replaceAll('\\', '/')
  const base = root?.replaceAll('\\', '/').replace(/\/$/, '')
  const below = base !== undefined && path.startsWith(`${base}/`)
  const absolute = /^(\/|[A-Za-z]:\/)/.test(path)
  const name = below ? path.slice(base.length + 1) : path.replace(/^\.\//, '')
  return { path: name, relative: below || !absolute, ...(line !== undefined && { line }) }
}

/** A path: nothing that reads like words, an address or a module version. */
function looksLikeFile(place: string): boolean {
  return /^(\/|\.{1,2}\/|[A-Za-z]:[\\/])[^\s]+$/.test(place) || /^(go\.(mod|sum|work|env)|[\w./-]+\.ya?ml)$/.test(place)
}

/** `go.mod:3: the text`, as evidence is shown. */
export function evidenceLine({ place, line, text }: Evidence): string {
  return `${place}${line === undefined ? '' : `:${line}`}${text ? `: ${text}` : ''}`
}

/** What a finding says, in paragraphs: what follows, the proof, what to do, what is not proved. Its title is not among them. */
export function findingParagraphs({ detail, evidence, fix, limits }: Finding): readonly string[] {
  return [
    ...(detail === undefined ? [] : [detail]),
    ...(evidence.length === 0 ? [] : [evidence.map(evidenceLine).join('\n')]),
    ...(fix === undefined
      ? []
      : [[`Fix: ${fix.words}`, ...(fix.commands ?? []).map((line) => `  ${line}`)].join('\n')]),
    ...(limits === undefined ? [] : [`Not proved: ${limits}`]),
  ]
}
