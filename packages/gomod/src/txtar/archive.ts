/** One file of a text archive. */
export interface ArchiveFile {
  /** Slash-separated name as it stands in the marker line, without the spaces around it. */
  readonly name: string
  /** Content; either empty or closed by a newline. */
  readonly data: string
}

/** A text archive: free text, then files in the order of the text. */
export interface Archive {
  readonly comment: string
  readonly files: readonly ArchiveFile[]
}

interface Section {
  readonly before: string
  /** Name in the marker line that ends the section; undefined at the end of the text. */
  readonly next: string | undefined
  /** Offset just after that marker line. */
  readonly end: number
}

/**
 * Reads a text archive (format: `golang.org/x/tools/txtar`). Linear in the length of the text; it has no syntax errors.
 * A marker line may end in CRLF; a last line without its newline gets one.
 *
 * @throws TypeError if bytes are given that are not UTF-8.
 */
export function parse(text: string | Uint8Array): Archive {
  // A byte order mark is content: dropping it would make format(parse(x)) differ from x.
  const source =
    typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text)
  const files: ArchiveFile[] = []
  let section = readSection(source, 0)
  const comment = section.before
  while (section.next !== undefined) {
    const name = section.next
    section = readSection(source, section.end)
    files.push({ name, data: section.before })
  }
  return { comment, files }
}

/**
 * Writes a text archive, the inverse of `parse` for archives that are well formed: no marker line inside the comment or the
 * data, no name that is empty or holds a newline. A text without a last newline gets one.
 */
export function format(archive: Archive): string {
  const files = archive.files.map(({ name, data }) => `-- ${name} --\n${closeLine(data)}`)
  return closeLine(archive.comment) + files.join('')
}

function readSection(source: string, start: number): Section {
  for (let line = start; line < source.length;) {
    const newline = source.indexOf('\n', line)
    const end = newline < 0 ? source.length : newline + 1
    const name = source.startsWith('-- ', line) ? markerName(source.slice(line, end)) : ''
    if (name !== '') return { before: source.slice(start, line), next: name, end }
    line = end
  }
  return { before: closeLine(source.slice(start)), next: undefined, end: source.length }
}

/** The name in a marker line, or the empty string if the line is none. */
function markerName(line: string): string {
  const text = line.endsWith('\r\n') ? line.slice(0, -2) : line.endsWith('\n') ? line.slice(0, -1) : line
  return text.length >= '--  --'.length && text.endsWith(' --') ? trimSpace(text.slice(3, -3)) : ''
}

/** Trims what Unicode calls white space: String.trim differs from Go for U+0085 and U+FEFF. */
function trimSpace(text: string): string {
  const isSpace = (index: number) => /^\p{White_Space}$/u.test(text.charAt(index))
  let start = 0
  let end = text.length
  while (start < end && isSpace(start)) start++
  while (start < end && isSpace(end - 1)) end--
  return text.slice(start, end)
}

function closeLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
