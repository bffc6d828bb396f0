/** The netrc grammar as the go command reads it (cmd/go, GOAUTH=netrc): one reader for what is sent, and for what is explained. */

export interface NetrcEntry {
  /** As it is written: `git.corp.example`, `gate.example:8443`, `git.corp.example/team`; `default` for that word, which go ignores. */
  readonly machine: string
  /** From 1. */
  readonly line: number
  readonly login?: string
  readonly password?: string
}

/** What is sent for a machine. */
export interface Login {
  readonly user: string
  readonly password: string
}

type Draft = { -readonly [Key in keyof NetrcEntry]: NetrcEntry[Key] }

/**
 * The entries of a netrc text, in their order, with go's own idea of the grammar: words in pairs, line by line; a macro ends at an empty
 * line; `default` as the last word of a line without a pair ends all reading. A login belongs to the machine before it until that
 * is whole.
 */
export function parseNetrc(text: string): readonly NetrcEntry[] {
  const entries: Draft[] = []
  let current: Draft | undefined
  let inMacro = false
  for (const [index, line] of text.split('\n').entries()) {
    if (inMacro) {
      inMacro = line !== ''
      continue
    }
    const words = line.split(/\s+/).filter((word) => word !== '')
    for (const [key, value, ...rest] of pairsOf(words)) {
      const started = entryOf(key, value, { line: index + 1, rest })
      if (started) entries.push(started)
      if (key === 'machine' && value !== undefined) current = started
      if (key === 'macdef' && value !== undefined) inMacro = true
      if (current && value !== undefined && (key === 'login' || key === 'password')) current[key] = value
      if (current && isWhole(current)) current = undefined
      if (key === 'default' && value === undefined) return entries
    }
  }
  return entries
}

/** The words two by two, each pair with what stands behind it; the last one may be alone. */
function pairsOf(words: readonly string[]): readonly (readonly [string, string | undefined, ...string[]])[] {
  return words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1], ...words.slice(at + 1)] as const] : []))
}

/** The entry that a word begins. What stands behind `default` is noted for whoever explains it; go takes none of it. */
function entryOf(
  key: string,
  value: string | undefined,
  { line, rest }: { readonly line: number; readonly rest: readonly string[] },
): Draft | undefined {
  if (key === 'machine') return { machine: value ?? '', line }
  if (key !== 'default') return undefined
  const behind = (word: string) => rest[rest.indexOf(word) + 1] ?? ''
  const [login, password] = ['login', 'password'].map((word) => (rest.includes(word) ? behind(word) : undefined))
  return {
    machine: 'default',
    line,
    ...(login === undefined ? {} : { login }),
    ...(password === undefined ? {} : { password }),
  }
}

/**
 * What is sent to a URL: the first whole entry of the longest machine that the URL begins with, port and all. Undefined where there is
 * none, and for every URL without TLS.
 */
export function netrcLogin(entries: readonly NetrcEntry[], url: URL): Login | undefined {
  if (url.protocol !== 'https:') return undefined
  const elements = `${url.host}${url.pathname}`.split('/')
  for (let count = elements.length; count > 0; count--) {
    const machine = elements.slice(0, count).join('/').replace(/\/$/, '')
    const found = entries.find((entry) => entry.machine === machine && isWhole(entry))
    if (found) return { user: found.login!, password: found.password! }
  }
  return undefined
}

function isWhole({ machine, login = '', password = '' }: NetrcEntry): boolean {
  return machine !== 'default' && login !== '' && password !== ''
}
