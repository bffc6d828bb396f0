/**
 * A GOPROXY list with the recorder in the place of its proxies. The list stays a list: the go command itself walks it, so that its
 * commas and pipes, `direct` and `off` mean what they always mean.
 */

import { parseProxyList } from '@modgate/gomod/goenv'

/** A proxy that the recorder stands in for. */
export interface RecordedPlace {
  /** With its credentials, where it has any. */
  readonly url: URL
  readonly fallback: 'not-found' | 'any'
}

export interface RecordedList {
  readonly places: readonly RecordedPlace[]
  /** GOPROXY for a recorder at `base`, which has no slash at its end. */
  valueAt(base: string): string
  /** Entries that stay as they are, without credentials: folders, and plain http with a password, which the go command refuses itself. */
  readonly kept: readonly string[]
  /** Whether a module may be fetched from its own host. */
  readonly hasDirect: boolean
}

/** Reads the list. Throws a SettingError where the go command would refuse it. */
export function recordedList(goproxy: string): RecordedList {
  const entries = parseProxyList(goproxy)
  const places: RecordedPlace[] = []
  const kept: string[] = []
  const words = entries.map((entry): ((base: string) => string) => {
    if (entry.kind !== 'proxy') return () => entry.kind
    const url = URL.parse(entry.url)
    const separator = entry.fallback === 'any' ? '|' : ','
    if (url === null || !canRecord(url)) {
      kept.push(url?.protocol === 'file:' ? entry.url : (url?.host ?? entry.kind))
      return () => `${entry.url}${separator}`
    }
    const index = places.push({ url, fallback: entry.fallback }) - 1
    return (base) => `${base}/${index}${separator}`
  })
  return {
    places,
    kept,
    hasDirect: entries.some(({ kind }) => kind === 'direct'),
    valueAt: (base) =>
      words
        .map((word) => word(base))
        .join('')
        .replace(/[,|]$/, ''),
  }
}

function canRecord({ protocol, username, password }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && username === '' && password === '')
}

/** Without user, password, query and fragment, and without a slash at the end. */
export function publicPlace(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`.replace(/\/$/, '')
}
