/**
 * What a program printed, out of what a CI system made of it: colours, timestamps, step names, container names and JSON envelopes
 * are taken off, the indentation of the program's own output stays.
 */

/** An escape sequence (ECMA-48): control sequence, text that BEL or ESC \ ends, or a short one. */

const escapes = /\x1b(?:\[[\x20-\x3f]*[\x40-\x7e]?|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[\x20-\x2f]*[\x30-\x7e]?)/g

const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/
const allControls = new RegExp(controls, 'g')

const date = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d| UTC)?`

/** In the order in which they are tried; each takes at most one space after itself, since more are the program's. */
const prefixes: readonly RegExp[] = [
  /^\ufeff/,
  // gh run view --log: job, step, timestamp.
  new RegExp(String.raw`^[^\t\n]{1,120}\t[^\t\n]{1,120}\t\ufeff?(?=${date})`),
  // GitHub, Azure, kubectl --timestamps, docker logs --timestamps; in brackets Jenkins.
  new RegExp(String.raw`^\[?${date}\]?(?: |$)`),
  // GitLab with FF_TIMESTAMPS: the number of the stream, out or error, and + for the rest of a line.
  /^[0-9a-f]{2}[OE][+ ]/,
  // CRI: stream, full or partial.
  /^std(?:out|err) [FP](?: |$)/,
  // Jenkins and TeamCity with the time of day.
  /^\[\d\d:\d\d:\d\d\](?:[A-Z]?:)?(?: |$)/,
  /^\d\d:\d\d:\d\d(?:[.,]\d{1,6})? {2}/,
  // The workflow commands of GitHub and Azure.
  /^##\[(?:error|warning|notice|debug|group|section|command|info)\]/,
  /^##vso\[[^\]\n]{0,200}\]/,
  /^::(?:error|warning|notice|debug|group)(?: [^:\n]{0,300})?::/,
  // BuildKit: number of the step and seconds; the seconds alone in the summary of what failed.
  /^#\d{1,5} (?:\d{1,6}\.\d{1,3}(?: |$))?/,
  /^\d{1,6}\.\d{3}(?: |$)/,
  // docker compose.
  /^[A-Za-z0-9][\w.-]{0,80} {1,40}\|(?: |$)/,
  // kubectl logs --prefix.
  /^\[pod\/[^\]\n]{1,300}\](?: |$)/,
  // syslog.
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,64} [\w./-]{1,64}(?:\[\d{1,8}\])?: /,
  // A repository's server hook.
  /^remote: /,
]

/** One expression, since sixteen for each line would be half of the time that a log takes. */
const prefix = new RegExp(prefixes.map(({ source }) => `(?:${source})`).join('|'))

/** The most envelopes of one line: a timestamp in a container's log in a CI system's. */
const mostLayers = 12

/**
 * The lines that a program printed, as they stand in one line of a log: more than one where carriage returns draw a progress bar or
 * JSON carries several. None of them has a control character left except the tab.
 */
export function plainLines(line: string): readonly string[] {
  const drawn = (line.includes('\x1b') ? line.replace(escapes, '') : line).split(/[\r\n]+/)
  // A progress bar that was drawn over is no line of its own, and must not stand between two that belong together.
  const parts = drawn.filter((part, index) => part !== '' && (index === drawn.length - 1 || !/\d%/.test(part)))
  return (parts.length === 0 ? [''] : parts)
    .flatMap((part) => unwrapped(withoutPrefixes(part)))
    .map((part) => (controls.test(part) ? part.replace(allControls, '') : part))
}

function withoutPrefixes(line: string): string {
  let rest = line
  for (let layer = 0; layer < mostLayers; layer++) {
    const shorter = rest.replace(prefix, '')
    if (shorter === rest) break
    rest = shorter
  }
  return /^section_(?:start|end):\d/.test(rest) ? '' : rest
}

/** Output in JSON: `go build -json` and `go test -json`, `go mod download -json`, `go list -e -json`, docker's json-file. */
function unwrapped(line: string): readonly string[] {
  const envelope = line.startsWith('{') ? outputOf(line) : undefined
  if (envelope !== undefined)
    return envelope
      .replace(/\r?\n$/, '')
      .split('\n')
      .flatMap(plainLines)
  const [, text] = /^"(?:Error|Err)": (".*"),?$/.exec(line.trim()) ?? []
  const error = text === undefined ? undefined : parsed(text)
  if (typeof error !== 'string') return [line]
  // The words that the same error begins with when it is printed.
  return `${/^(?:go|verifying)[: ]/.test(error) ? '' : 'go: '}${error.trimEnd()}`.split('\n')
}

function outputOf(line: string): string | undefined {
  if (!/"(?:Output|log|message|msg)":/.test(line)) return undefined
  const value = parsed(line)
  if (typeof value !== 'object' || value === null) return undefined
  const { Output, log, message, msg } = value as Readonly<Record<string, unknown>>
  return [Output, log, message, msg].find((text) => typeof text === 'string')
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
