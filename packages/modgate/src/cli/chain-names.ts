/** Lists of proxies as `modgate bench chain` takes them, and what they are called in public. */

import { parseProxyList, SettingError, type ProxyEntry } from '@modgate/gomod/goenv'
import { Failure } from '../core/failure.ts'
import { hideSecrets } from '../core/secrets.ts'
import type { NamedChain } from '../timing/chain-rounds.ts'
import { publicPlace } from '../trace/recorded-list.ts'

export interface Chains {
  readonly list: readonly NamedChain[]
  /** Passwords of their URLs. */
  readonly secrets: readonly string[]
}

const maxChains = 16

/**
 * Those of the words `NAME=LIST` and `LIST`; by none, GOPROXY. Throws a Failure `usage` for a list that the go command would refuse, and for
 * two of one name.
 */
export function namedChains(words: readonly string[], goproxy: string): Chains {
  const flag = '--chain'
  if (words.length > maxChains) throw usage(flag, `there are more than ${maxChains} lists`)
  const list =
    words.length === 0 ? [{ name: 'GOPROXY', list: parsed('GOPROXY', goproxy || 'direct') }] : words.map(chainOf)
  const names = new Set<string>()
  for (const { name } of list) {
    if (names.has(name)) throw usage(`${flag} ${name}`, 'there are two of this name', 'name them NAME=LIST')
    names.add(name)
  }
  return { list, secrets: list.flatMap((chain) => chain.list.flatMap(passwordOf)) }
}

/** A URL has a colon before any equals sign, and a name has none. */
function chainOf(word: string): NamedChain {
  const [, name, value = word] = /^([\w.-]{1,60})=(.*)$/s.exec(word) ?? []
  const list = parsed(`--chain ${name ?? hideSecrets(word)}`, value)
  return { name: name ?? publicList(list), list }
}

function parsed(asked: string, value: string): readonly ProxyEntry[] {
  try {
    return parseProxyList(value)
  } catch (error) {
    if (!(error instanceof SettingError)) throw error
    throw usage(asked, error.message)
  }
}

function publicList(list: readonly ProxyEntry[]): string {
  return list
    .map((entry, index) => {
      if (entry.kind !== 'proxy') return entry.kind
      const separator = entry.fallback === 'any' ? '|' : ','
      const place = URL.canParse(entry.url) ? publicPlace(new URL(entry.url)) : hideSecrets(entry.url)
      return `${place}${index < list.length - 1 ? separator : ''}`
    })
    .join('')
}

function passwordOf(entry: ProxyEntry): readonly string[] {
  const url = entry.kind === 'proxy' ? URL.parse(entry.url) : null
  return url === null || url.password === '' ? [] : [url.password, decoded(url.password)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const usage = (asked: string, why: string, next = 'write a list as GOPROXY has it; see modgate bench chain --help') =>
  new Failure('usage', { asked, who: 'modgate', why, next })
