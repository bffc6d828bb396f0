/**
 * What an inspection says. Checks are pure: evidence in, findings out; report/ renders findings for people, programs and CI. A
 * finding names the broken condition first, then the proof, then one next step, and it says what it cannot prove.
 */

/** Stable for ever: documents, tickets and suppressions point to it. */
export type FindingId = `MG${number}`

/** `problem`: a build fails or is less safe than somebody thinks. `warning`: it will, or may. `note`: good to know. */
export type Severity = 'problem' | 'warning' | 'note'

export interface Finding {
  readonly id: FindingId
  readonly group: Group
  readonly severity: Severity
  /** What is wrong, in one line, with the value in question: `GOPRIVATE: " git.corp.example" begins with a space and matches nothing`. */
  readonly title: string
  /** What follows from it, in a few sentences. */
  readonly detail?: string
  readonly evidence: readonly Evidence[]
  readonly fix?: Fix
  /** What this does not prove: `that the proxy answers now; --deep asks it`. */
  readonly limits?: string
}

/** A place where one can see it. */
export interface Evidence {
  /** A file, a variable's origin, a URL, a command: `GOPRIVATE in /home/me/.config/go/env`. */
  readonly place: string
  /** From 1, where the place is a file. */
  readonly line?: number
  /** What stands there, as it stands there. Secrets are taken out when it is shown. */
  readonly text?: string
}

export interface Fix {
  /** One imperative sentence. */
  readonly words: string
  /** Commands to paste, in order; shown after the words. */
  readonly commands?: readonly string[]
  /** What `--fix` does after it has shown it; absent where a person has to decide. */
  readonly change?: Change
}

/** A change that a tool may make: reversible, and of settings or of copies only. */
export type Change =
  /** In the file of `go env -w`; undefined removes the line. */
  | { readonly kind: 'go-env'; readonly variable: string; readonly value: string | undefined }
  /** Removes files below the module cache, which the go command fetches again. */
  | { readonly kind: 'remove-cached'; readonly paths: readonly string[] }

/** The parts of a check-up, in the order in which they are shown. */
export const groups = [
  'Settings',
  'Public modules',
  'Private modules',
  'Verification',
  'Toolchain',
  'Cache',
  'CI',
] as const
export type Group = (typeof groups)[number]

/** One thing that is looked at. `E` is the evidence that it needs. */
export interface Check<E> {
  readonly id: FindingId
  readonly group: Group
  /** What holds where all is well, as a claim: `GOPROXY is a list that the go command can read`. */
  readonly claim: string
  /** What it means, how it comes about, what to do, what it does not prove: a paragraph or two for `--explain`. */
  readonly explanation: string
  /** What is wrong. Empty: all is well. Undefined: the evidence does not say (no network, no go installation). */
  find(evidence: E): readonly Found[] | undefined
}

/** A finding, without what its check says of all of them. */
export type Found = Omit<Finding, 'id' | 'group'>
