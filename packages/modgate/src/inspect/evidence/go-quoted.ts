/** Lists of arguments in one variable, as GOFLAGS and CGO_CFLAGS are: fields between spaces, quotes around a whole field. */

/** The fields; undefined where a quote is not closed, which the go command refuses. Nothing is unescaped within quotes. */
export function splitQuoted(text: string): readonly string[] | undefined {
  const fields: string[] = []
  const space = /[ \t\r\n]*/y
  for (let at = 0; ;) {
    space.lastIndex = at
    at += space.exec(text)![0].length
    if (at >= text.length) return fields
    const quote = text[at]!
    const quoted = quote === '"' || quote === "'"
    const end = quoted ? text.indexOf(quote, at + 1) : endOfWord(text, at)
    if (end < 0) return undefined
    fields.push(text.slice(quoted ? at + 1 : at, end))
    at = quoted ? end + 1 : end
  }
}

function endOfWord(text: string, from: number): number {
  const space = /[ \t\r\n]/g
  space.lastIndex = from
  return space.exec(text)?.index ?? text.length
}

/** The fields as one text, in quotes where they have to be: what `go env` prints. */
export function joinQuoted(fields: readonly string[]): string {
  return fields.some((field) => field.includes("'") && field.includes('"'))
    ? fields.join(' ')
    : fields.map(quoted).join(' ')
}

function quoted(field: string): string {
  if (!/[ \t\r\n'"]/.test(field)) return field
  return field.includes("'") ? `"${field}"` : `'${field}'`
}
