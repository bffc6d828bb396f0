/** Puts the lines of one message together: the go command indents what belongs to a line before it. */

/** What one failure printed. */
export interface LogMessage {
  /** Its lines without timestamps and colours, with the numbers that they have in the log. At least one. */
  readonly lines: readonly MessageLine[]
  /** The literals that were found in it. */
  readonly found: ReadonlySet<number>
}

export interface MessageLine {
  readonly number: number
  readonly text: string
}

/** Lines of one log line, which share what was found in it. */
export interface LineOfMessages extends MessageLine {
  /** Whether anything was found that can begin a message. */
  readonly marked: boolean
  readonly found: ReadonlySet<number>
  /** The lines before it, the nearest first; asked for where a marked line is indented. */
  before(): readonly MessageLine[]
}

export interface MessageAssembly {
  add(line: LineOfMessages): void
  /** Whether the next line may belong to a message, and has to be added. */
  readonly isOpen: boolean
  /** The log is over. */
  end(): void
}

const mostLines = 40
const mostCharacters = 16 * 1024

interface Open {
  readonly lines: MessageLine[]
  readonly found: Set<number>
  characters: number
  blank: boolean
  security: boolean
}

export function messageAssembly(take: (message: LogMessage) => void): MessageAssembly {
  let open: Open | undefined

  const close = (): void => {
    if (open) take(open)
    open = undefined
  }
  const append = (to: Open, { number, text }: MessageLine): void => {
    to.lines.push({ number, text })
    to.characters += text.length
    to.blank = false
    to.security ||= /^(?:verifying .*: )?SECURITY ERROR/.test(text)
  }
  const begin = (line: LineOfMessages): void => {
    open = { lines: [], found: new Set(line.found), characters: 0, blank: false, security: false }
    if (isIndented(line.text) && !beginsMessage(line.text)) {
      for (const earlier of headOf(line.before())) append(open, earlier)
    }
    append(open, line)
  }

  return {
    add(line) {
      if (open && line.text.trim() === '' && !open.blank) {
        open.blank = true
        return
      }
      if (open && belongsTo(open, line.text)) {
        append(open, line)
        for (const literal of line.found) open.found.add(literal)
        return
      }
      close()
      if (line.marked) begin(line)
    },
    end: close,
    get isOpen() {
      return open !== undefined
    },
  }
}

function belongsTo(open: Open, text: string): boolean {
  if (open.lines.length >= mostLines || open.characters + text.length > mostCharacters) return false
  if (text.trim() === '' || beginsMessage(text)) return false
  // The only messages with paragraphs are the two that say SECURITY ERROR.
  if (open.security || text.startsWith('SECURITY ERROR')) return !/^For more information/.test(open.lines.at(-1)!.text)
  return !open.blank && isIndented(text)
}

function isIndented(text: string): boolean {
  return text.startsWith('\t') || text.startsWith(' ')
}

/** Also where a tool has indented all output of another one. */
function beginsMessage(text: string): boolean {
  return /^\s*(?:go: |verifying \S+@|\S+\.go:\d+:\d+: )/.test(text)
}

/** The line above that is not indented, and what lies between; nothing where no such line is near. */
function headOf(before: readonly MessageLine[]): readonly MessageLine[] {
  const at = before.findIndex(({ text }) => text.trim() === '' || !isIndented(text) || beginsMessage(text))
  return at < 0 || before[at]!.text.trim() === '' ? [] : before.slice(0, at + 1).toReversed()
}
