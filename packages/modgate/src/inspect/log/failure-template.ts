/** Groups failures that no row of the catalogue knows: the same text up to names, numbers and hashes is the same failure. */

export interface UnknownFailure {
  /** The first line with its particulars masked: `go: <module>@<version>: …`. */
  readonly template: string
  readonly count: number
  /** Line of the first one. */
  readonly line: number
  readonly example: string
}

/** The most templates that are told apart. */
const mostTemplates = 200
const longestExample = 400

const looksLikeFailure =
  /^\s*(?:go: |error\b|fatal: |panic: |exit status [1-9]|make(?:\[\d+\])?: \*\*\* |Process completed with exit code [1-9]|\S+\.go:\d+:\d+: |\S+: exit status [1-9])/i
const isProgress =
  /^\s*go: (?:downloading|finding|extracting|found|added|upgraded|downgraded|removed|creating|to add module|copying|adding|updating|trying|converting|using|ignoring|accepting|downloaded|no module dependencies|warning: "|switching to \S+$)/

/** Whether a line is one of a failure, as far as one can see without knowing it. */
export function isFailure(text: string): boolean {
  const start = text.slice(0, 1000)
  return looksLikeFailure.test(start) && !isProgress.test(start)
}

/** What a shell, make or a CI system says after a failure: that there was one. */
const isEcho = /^\s*(?:make(?:\[\d+\])?: \*\*\* |exit status \d|(?:error: )?.{0,300}\bexit code:? \d+)/i

export interface FailureTemplates {
  add(text: string, line: number): void
  /** The most frequent first. Those that only repeat that something failed are left out where `something` else is known to have. */
  all(something: boolean): readonly UnknownFailure[]
  /** Failures that found no place among the templates. */
  readonly left: number
}

export function failureTemplates(): FailureTemplates {
  const templates = new Map<string, { count: number; line: number; example: string }>()
  let left = 0
  return {
    add(text, line) {
      const example = text.trim().slice(0, longestExample)
      const template = templateOf(example)
      const known = templates.get(template)
      if (known) known.count++
      else if (templates.size < mostTemplates) templates.set(template, { count: 1, line, example })
      else left++
    },
    all(something) {
      const ordered = [...templates]
        .map(([template, rest]) => ({ template, ...rest }))
        .toSorted((a, b) => b.count - a.count || a.line - b.line)
      const telling = ordered.filter(({ example }) => !isEcho.test(example))
      return something || telling.length > 0 ? telling : ordered
    },
    get left() {
      return left
    },
  }
}

/** From the most particular to the least: what one mask has taken no other one sees. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/"[^"]*"/g, '<name>'],
  [/'[^']*'/g, '<name>'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"',;]+/gi, '<url>'],
  [/\b[\w.~-]+(?:\/[\w.~-]+)*@[\w.+-]+/g, '<module>@<version>'],
  [/\bh1:[A-Za-z0-9+/]{20,}={0,2}/g, '<hash>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b/g, '<hash>'],
  [/(?:[A-Za-z]:)?[\w.~-]*(?:[\\/][\w.~@+-]+)+/g, '<path>'],
  [/\bv?\d+(?:\.\d+)+[\w.+-]*/g, '<version>'],
  [/\b[\w-]+\.go\b/g, '<path>'],
  [/\d+/g, '<n>'],
]

/** The text with what differs from one failure of a kind to the next replaced by its sort. */
export function templateOf(text: string): string {
  return masks.reduce((rest, [mask, sort]) => rest.replace(mask, sort), text)
}
