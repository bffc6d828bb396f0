/**
 * The names of a repository by one question (gitprotocol-v2, `ls-refs`).
 *
 * `git ls-remote` asks twice, what the server can do and then for the names, on a connection of its own, of all names that there are. Every
 * server that speaks version 2 takes the second question alone, since over HTTP each question stands for itself (gitprotocol-http); what
 * does not understand it is asked by git. Everything that an answer says is a stranger's word, as what git prints is.
 */

/** What is to be POSTed, and where below the URL of a repository. */
export const namesQuestion = {
  path: '/git-upload-pack',
  headers: {
    'content-type': 'application/x-git-upload-pack-request',
    accept: 'application/x-git-upload-pack-result',
    'git-protocol': 'version=2',
  },
  body: Buffer.concat([
    packets('command=ls-refs\n', 'agent=modgate\n', 'object-format=sha1\n'),
    Buffer.from('0001'),
    packets('peel\n', 'ref-prefix HEAD\n', 'ref-prefix refs/heads/\n', 'ref-prefix refs/tags/\n'),
    Buffer.from('0000'),
  ]),
} as const

/** The media type of an answer. */
export const namesAnswerType = 'application/x-git-upload-pack-result'

/** Packet lines: four hexadecimal digits of length, which count themselves, before each. */
function packets(...lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${(line.length + 4).toString(16).padStart(4, '0')}${line}`).join(''))
}

/**
 * An answer as `git ls-remote` prints it, with a second line for what an annotated tag leads to. Undefined for what is no whole answer to
 * this question, or holds no name: git finds out what it is.
 */
export function parseNames(answer: Buffer): Buffer | undefined {
  const lines: string[] = []
  for (let at = 0; ;) {
    const length = lengthAt(answer, at)
    if (length === undefined) return undefined
    if (length === 0) return at + 4 === answer.length && lines.length > 0 ? Buffer.from(lines.join('')) : undefined
    const line = answer.toString('utf8', at + 4, at + length)
    const [, id, name, attributes = ''] =
      /^([0-9a-f]{40}) ([^\x00-\x20\x7f]+)((?: [^\x00-\x20\x7f]+)*)\n?$/.exec(line) ?? []
    if (id === undefined || name === undefined) return undefined
    lines.push(`${id}\t${name}\n`)
    const peeled = / peeled:([0-9a-f]{40})(?= |$)/.exec(attributes)?.[1]
    if (peeled !== undefined) lines.push(`${peeled}\t${name}^{}\n`)
    at += length
  }
}

/** The length of the packet line at a place, 0 for the flush that ends an answer; undefined where there is no whole one. */
function lengthAt(answer: Buffer, at: number): number | undefined {
  const digits = answer.toString('latin1', at, at + 4)
  if (!/^[0-9a-f]{4}$/.test(digits)) return undefined
  const length = parseInt(digits, 16)
  return length === 0 || (length > 4 && at + length <= answer.length) ? length : undefined
}
