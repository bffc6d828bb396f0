/**
 * What an organisation says once: which modules are private, which gates there are, and for whom. Everything that a laptop, a CI job
 * or a gate has to be set to is derived from it, and checked against it.
 */

export interface Declaration {
  /** Names, not patterns: `corp.internal` is that host, all hosts below it and all their paths; `github.com/acme` is that path and what is below. */
  readonly private: readonly string[]
  /** Public after all, inside what is private: names of the same kind. */
  readonly public: readonly string[]
  readonly gates: readonly DeclaredGate[]
  /** GOPROXY of who has no gate; Go's own default where absent. */
  readonly upstream?: string
}

export interface DeclaredGate {
  /** For words and `--region`; by default the host of the URL. */
  readonly name: string
  readonly url: string
  /** The verifier key of its covering log, `name+hash+key`. */
  readonly key?: string
  /** The private names that it serves. Empty: it stands in front, and go asks it for everything. */
  readonly for: readonly string[]
}

/** Whether a name of a declaration has a module path: the path is the name or below it, and a bare host has the hosts below it too. */
export function names(name: string, module: string): boolean {
  if (module === name || module.startsWith(`${name}/`)) return true
  if (name.includes('/')) return false
  const [host = ''] = module.split('/')
  return host.endsWith(`.${name}`)
}

/** The longest name is the one that decides: an exception inside a private domain, and a private team inside an exception. */
export function isDeclaredPrivate({ private: own, public: exceptions }: Declaration, module: string): boolean {
  const longest = (list: readonly string[]) =>
    Math.max(0, ...list.filter((name) => names(name, module)).map((name) => name.length))
  return longest(own) > longest(exceptions)
}

/** The gate that keeps a private module: the one that is declared for the longest name that has it. */
export function keeperOf({ gates }: Declaration, module: string): DeclaredGate | undefined {
  const fitting = gates.flatMap((gate) =>
    gate.for.filter((name) => names(name, module)).map((name) => ({ gate, length: name.length })),
  )
  return fitting.sort((a, b) => b.length - a.length)[0]?.gate
}

/** Gates that go asks for everything. */
export function frontGates({ gates }: Declaration): readonly DeclaredGate[] {
  return gates.filter((gate) => gate.for.length === 0)
}
