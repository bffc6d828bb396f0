/**
 * Names that say where somebody works, replaced so that a report can be given away: always the same by the same, so that it still can
 * be read, and without a table that leads back.
 */

import type { GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { isPublicForge } from '../policy/public-forges.ts'

export interface MaskOptions {
  readonly go: GoEnvironment
  readonly home: string
}

/** Replaces names in a text. The numbers go on from one text to the next. */
export type Mask = (text: string) => string

const patternVariables = ['GOPRIVATE', 'GONOPROXY', 'GONOSUMDB', 'GOINSECURE'] as const

/**
 * Replaces the home directory by `~`, the user's name by `user`, private hosts by `host-1.private.example`, owners on public forges
 * that a private pattern names by `owner-1`. Private is what a private pattern or the URL of a setting names, with all below it;
 * public forges and the places that go has built in stay.
 */
export function masking({ go, home }: MaskOptions): Mask {
  const hosts = privateHosts(go)
  const owners = privateOwners(go)
  const numbers = new Map<string, number>()
  const numbered = (name: string) => {
    const key = name.toLowerCase()
    if (!numbers.has(key)) numbers.set(key, numbers.size + 1)
    return numbers.get(key)!
  }
  const host = (name: string) =>
    isPrivate(name.toLowerCase(), hosts) ? `host-${numbered(name)}.private.example` : name
  const user = userName(go, home)
  return (text) => {
    const homeless = home.length > 1 ? text.replaceAll(home, '~') : text
    const anonymous = user === undefined ? homeless : homeless.replace(wordPattern(user), 'user')
    return anonymous
      .replace(/(:\/\/)([A-Za-z0-9-]{1,63})(?=[:/\s"'|,]|$)/gm, (all, mark: string, name: string) =>
        hosts.has(name.toLowerCase()) ? `${mark}${host(name)}` : all,
      )
      .replace(/[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){1,12}/g, host)
      .replace(/([\w.-]{1,253})\/([\w.-]{1,100})/g, (all, forge: string, owner: string) =>
        owners.has(`${forge}/${owner}`.toLowerCase()) ? `${forge}/owner-${numbered(owner)}` : all,
      )
  }
}

function isPrivate(name: string, hosts: ReadonlySet<string>): boolean {
  for (let rest = name; rest !== ''; rest = rest.includes('.') ? rest.slice(rest.indexOf('.') + 1) : '') {
    if (hosts.has(rest)) return true
  }
  return false
}

function privateHosts({ variables, environment }: GoEnvironment): ReadonlySet<string> {
  const settings = [...variables.values()]
  const builtIn = settings.filter(({ origin }) => origin === 'built-in' || origin === 'goroot-file')
  const known = new Set(builtIn.flatMap(({ value }) => urlHosts(value)))
  const texts = [
    ...settings.map(({ value }) => value),
    ...settings.flatMap(overriddenValues),
    ...Object.values(environment),
  ]
  const database = /^[^\s+]*/.exec(variables.get('GOSUMDB')?.value ?? '')![0].toLowerCase()
  const found = [
    database,
    ...texts.flatMap((text) => urlHosts(text ?? '')),
    ...patterns({ variables }).map(([first]) => first),
  ]
  return new Set(found.filter((name) => name.length > 1 && !known.has(name) && !isCommon(name)))
}

function overriddenValues({
  overridden,
}: {
  readonly overridden: readonly { readonly value: string }[]
}): readonly string[] {
  return overridden.map(({ value }) => value)
}

/** Nobody's own: public forges, Go's places, this machine. */
function isCommon(name: string): boolean {
  return isPublicForge(name) || /^(.*\.)?(golang\.org|go\.dev|localhost)$|^127\.|^\[?::1|^off$/.test(name)
}

function privateOwners(go: GoEnvironment): ReadonlySet<string> {
  return new Set(
    patterns(go)
      .filter(([first, second]) => isPublicForge(first) && second !== '' && !/[*?[]/.test(second))
      .map(([first, second]) => `${first}/${second}`),
  )
}

/** The first two elements of each private pattern, in small letters and without what stands for anything. */
function patterns({ variables }: Pick<GoEnvironment, 'variables'>): readonly (readonly [string, string])[] {
  return patternVariables
    .flatMap((name) => (variables.get(name)?.value ?? '').split(','))
    .map((pattern) => pattern.trim().toLowerCase().split('/'))
    .map(([first = '', second = '']) => [first.replace(/^[^/]*\*\.?/, ''), second] as const)
}

function urlHosts(text: string): readonly string[] {
  return [...text.matchAll(/:\/\/(?:[^/\s@]*@)?([A-Za-z0-9.-]{1,253})/g)].map(([, host = '']) => host.toLowerCase())
}

function userName({ environment }: GoEnvironment, home: string): string | undefined {
  const name = environment['USER'] || environment['LOGNAME'] || environment['USERNAME'] || home.split(/[\\/]/).at(-1)!
  // Names that everybody has tell nothing, and stand everywhere.
  return name.length < 3 || ['root', 'user', 'runner', 'home', 'build', 'admin'].includes(name) ? undefined : name
}

function wordPattern(name: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])${name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![A-Za-z0-9])`, 'g')
}
