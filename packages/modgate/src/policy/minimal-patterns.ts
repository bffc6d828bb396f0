/** Lists without what another entry of them covers. */

import { matchPrefixPatterns } from '@modgate/gomod/module'

/** The entries that are needed, in their order: `corp.com/*` goes where `corp.com` stands, `git.corp.com` where `*.corp.com` does. */
export function minimalPatterns(entries: readonly string[]): readonly string[] {
  const distinct = [...new Set(entries.map((entry) => entry.replace(/\/$/, '')))].filter((entry) => entry !== '')
  return distinct.filter((entry, index) => !distinct.some((other, at) => at !== index && covers(other, entry)))
}

/** Whether everything that `inner` matches is matched by `outer`; false where that cannot be told. */
function covers(outer: string, inner: string): boolean {
  if (/[?[\\]/.test(outer + inner)) return false
  const outerElements = outer.split('/')
  const innerElements = inner.split('/')
  if (outerElements.length > innerElements.length) return false
  return outerElements.every((element, index) => coversElement(element, innerElements[index]!))
}

/** A star of the inner one is taken for a text that no pattern has. */
function coversElement(outer: string, inner: string): boolean {
  if (outer === inner) return true
  return matchPrefixPatterns(outer, inner.replace(/\*+/g, '\u0001'))
}
