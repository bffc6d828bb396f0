/** GOPROXY in the eyes of the checks: its entries, who stands behind them, and what was meant where it cannot be read. */

import { parseProxyList, SettingError, type ProxyEntry } from '@modgate/gomod/goenv'
import type { GoEnvironment } from '../evidence/go-environment.ts'

/** The entries that the go command would use; undefined where it could not read them. */
export function proxiesOf(go: GoEnvironment): readonly ProxyEntry[] | undefined {
  return tryList(go.variables.get('GOPROXY')?.value ?? '')
}

function tryList(value: string): readonly ProxyEntry[] | undefined {
  try {
    return parseProxyList(value)
  } catch (error) {
    if (error instanceof SettingError) return undefined
    throw error
  }
}

/** Every word of the list with its place, also those behind `direct` and `off`, which nobody comes to. */
export function wordsOf(value: string): readonly string[] {
  return value
    .split(/[,|]/)
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/** The host of an entry, with its port where it has one; undefined for `file://`, `direct` and `off`. */
export function hostOf(entry: ProxyEntry): string | undefined {
  if (entry.kind !== 'proxy' || !URL.canParse(entry.url)) return undefined
  return new URL(entry.url).host || undefined
}

/** Whether a proxy is one for everybody: it stands in the go.env that came with Go, or its name says so. */
export function isPublicProxy({ gorootFile }: GoEnvironment, host: string): boolean {
  const shipped = /^GOPROXY=(.*)$/m.exec(gorootFile?.text ?? '')?.[1] ?? ''
  const known = (tryList(shipped) ?? []).map(hostOf)
  return known.includes(host) || /(^|\.)golang\.org$|^goproxy\./.test(host)
}

/** Whether a host is this machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host)
}

/** A list that can be read and was surely meant by one that cannot; undefined where nobody can tell. */
export function meantList(value: string): string | undefined {
  const mended = value
    .trim()
    .replace(/^["']|["']$/g, '')
    .replace(/\s*([,|])\s*/g, '$1')
    .split(/([,|]|[;\s]+)/)
    .map((part) => (/^[;\s]+$/.test(part) ? ',' : meantWord(part)))
    .join('')
    .replace(/^[,|]+|[,|]+$/g, '')
  return mended !== value && tryList(mended) !== undefined ? mended : undefined
}

function meantWord(word: string): string {
  if (/^(direct|off)$/i.test(word)) return word.toLowerCase()
  if (/^none$/i.test(word)) return 'off'
  if (/^localhost(\/|$)/.test(word)) return `http://${word}`
  if (/^\/[^/]/.test(word)) return `file://${word}`
  return word.replace(/^(https?|file):?\/{1,2}(?=[^/])/i, (_, scheme: string) =>
    scheme.toLowerCase() === 'file' ? 'file:///' : `${scheme.toLowerCase()}://`,
  )
}
