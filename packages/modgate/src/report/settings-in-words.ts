/** Settings as the banner, the page and the log say them: without credentials. */

import type { ChecksumDatabase, ProxyEntry } from '@modgate/gomod/goenv'

/** An upstream list as it was written, without credentials. */
export function upstreamInWords(list: readonly ProxyEntry[]): string {
  return list
    .map((entry, i) => {
      const before = i === 0 ? '' : (list[i - 1] as { fallback?: string }).fallback === 'any' ? '|' : ','
      return before + (entry.kind === 'proxy' ? withoutCredentials(entry.url) : entry.kind)
    })
    .join('')
}

function withoutCredentials(text: string): string {
  const url = new URL(text)
  url.username = ''
  url.password = ''
  return url.href.replace(/\/$/, '')
}

/** A checksum database by its name, and where it is asked if the settings say so. */
export function databaseInWords(sumdb: ChecksumDatabase): string {
  if (sumdb.kind === 'off') return 'off: nothing is verified against a database'
  return sumdb.url === undefined ? sumdb.name : `${sumdb.name} at ${withoutCredentials(sumdb.url)}`
}
