/**
 * The requests that the go command sends, read in one look: `GET` with a few plain headers and no body, whole in one piece.
 *
 * This is no HTTP parser. It recognises one narrow form whose meaning nobody disputes (RFC 9112), and answers undefined for
 * everything else: other methods and versions, bodies, transfer codings, upgrades, repeated or folded or odd headers, a head that
 * is not whole. What it does not recognise is node:http's to judge.
 */

export type SimpleHeaders = ReadonlyMap<string, string>

export interface SimpleRequest {
  readonly method: 'GET' | 'HEAD'
  readonly target: string
  readonly headers: SimpleHeaders
  /** Bytes of the buffer that the request took. */
  readonly length: number
}

const maxHeadBytes = 8192
const target = /^\/[\x21-\x7e]*$/
const field = /^([A-Za-z0-9-]+):[ \t]*([\x20-\x7e]*?)[ \t]*$/
/** Headers that change how a message is framed or what becomes of the connection. */
const special = new Set([
  'content-length',
  'transfer-encoding',
  'trailer',
  'te',
  'upgrade',
  'expect',
  'keep-alive',
  'proxy-connection',
])

/** Reads requests of one connection. A client sends the same headers again and again: they are read once. */
export function simpleRequests(): (bytes: Buffer) => SimpleRequest | undefined {
  let lastBlock = ''
  let lastHeaders: SimpleHeaders | undefined

  const headersOf = (block: string): SimpleHeaders | undefined => {
    if (block !== lastBlock) {
      lastHeaders = parseHeaders(block)
      lastBlock = block
    }
    return lastHeaders
  }

  return (bytes) => {
    const text = bytes.toString('latin1', 0, Math.min(bytes.byteLength, maxHeadBytes))
    const method = text.startsWith('GET ') ? 'GET' : text.startsWith('HEAD ') ? 'HEAD' : undefined
    const end = text.indexOf('\r\n\r\n')
    if (method === undefined || end < 0) return undefined
    const lineEnd = text.indexOf('\r\n')
    const targetEnd = lineEnd - ' HTTP/1.1'.length
    if (!text.startsWith(' HTTP/1.1', targetEnd)) return undefined
    const asked = text.slice(method.length + 1, targetEnd)
    const headers = target.test(asked) ? headersOf(text.slice(lineEnd + 2, end)) : undefined
    return headers && { method, target: asked, headers, length: end + 4 }
  }
}

function parseHeaders(block: string): SimpleHeaders | undefined {
  const headers = new Map<string, string>()
  for (const line of block.split('\r\n')) {
    const match = field.exec(line)
    if (!match) return undefined
    const name = match[1]!.toLowerCase()
    if (special.has(name) || headers.has(name)) return undefined
    headers.set(name, match[2]!)
  }
  const connection = headers.get('connection')
  const lasting = connection === undefined || connection.toLowerCase() === 'keep-alive'
  return lasting && headers.has('host') ? headers : undefined
}
