/** Which HTTP proxy the go command goes through, by HTTPS_PROXY, HTTP_PROXY and NO_PROXY (golang.org/x/net/http/httpproxy). */

import { BlockList, isIP } from 'node:net'
import type { Machine } from '../../config/index.ts'

/**
 * The proxy between here and a URL; undefined where there is none. Loopback is never reached through one, whatever is set.
 * ALL_PROXY is nothing to the go command.
 */
export function detourOf(url: URL, environment: Machine['environment']): URL | undefined {
  const first = (...names: readonly string[]) =>
    names.map((name) => environment[name] ?? '').find((value) => value !== '')
  const value = url.protocol === 'https:' ? first('HTTPS_PROXY', 'https_proxy') : first('HTTP_PROXY', 'http_proxy')
  // A program that runs as CGI takes HTTP_PROXY from a request's header, which is why go refuses it there.
  if (value === undefined || (url.protocol === 'http:' && first('REQUEST_METHOD') !== undefined)) return undefined
  if (isExempt(url, first('NO_PROXY', 'no_proxy') ?? '')) return undefined
  const given = URL.parse(value)
  return given !== null && given.host !== '' ? given : (URL.parse(`http://${value}`) ?? undefined)
}

interface Target {
  readonly host: string
  readonly port: string
}

function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  if (host === 'localhost' || isLoopback(host)) return true
  return list.split(',').some((entry) => matches(entry.trim().toLowerCase(), { host, port }))
}

function isLoopback(host: string): boolean {
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1' || host.startsWith('::ffff:7f')
}

function matches(entry: string, { host, port }: Target): boolean {
  if (entry === '' || entry === '*') return entry === '*'
  const [network = '', bits] = entry.split('/')
  if (bits !== undefined) return isIP(network) !== 0 && isIP(host) === isIP(network) && inNetwork(host, network, bits)
  const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry)
  const wanted = parts?.[3]
  const name = (parts?.[1] ?? parts?.[2] ?? entry).replace(/^\*\./, '.')
  if (name === '' || (wanted !== undefined && wanted !== port)) return false
  if (isIP(name) !== 0 || isIP(host) !== 0) return name === host
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`)
}

function inNetwork(host: string, network: string, bits: string): boolean {
  const width = Number(bits)
  const family = isIP(host) === 6 ? 'ipv6' : 'ipv4'
  if (!/^\d{1,3}$/.test(bits) || width > (family === 'ipv6' ? 128 : 32)) return false
  const list = new BlockList()
  list.addSubnet(network, width, family)
  return list.check(host, family)
}
