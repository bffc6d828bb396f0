/** An exchange of the lane: the answer written by hand, for the narrow form of requests that comes there. */

import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Body, ByteRange } from '../core/body.ts'
import type { Exchange } from './exchange.ts'
import { ClientGone, departure, pump, type Departure } from './pump.ts'
import type { SimpleRequest } from './simple-request.ts'

export interface LaneFacts {
  readonly remoteAddress: string
  /** Say that no request is taken after this one. */
  readonly last: boolean
}

/** Bodies up to this size go out in one piece with their head. */
const inOnePiece = 8192

export class LaneExchange implements Exchange {
  readonly protocol = '1.1'
  readonly secure = false
  readonly #socket: Socket
  readonly #request: SimpleRequest
  readonly #facts: LaneFacts
  #client: Departure | undefined
  /** Whether an answer has gone out. */
  sent = false

  constructor(socket: Socket, request: SimpleRequest, facts: LaneFacts) {
    this.#socket = socket
    this.#request = request
    this.#facts = facts
  }

  get method(): string {
    return this.#request.method
  }

  get target(): string {
    return this.#request.target
  }

  get remoteAddress(): string {
    return this.#facts.remoteAddress
  }

  get host(): string {
    return this.#request.headers.get('host')!
  }

  get signal(): AbortSignal {
    this.#client ??= departure(this.#socket)
    return this.#client.signal
  }

  /** The handler is through with it; the connection lives on, and must not collect what watches it. */
  close(): void {
    this.#client?.forget()
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name)
  }

  /** Nothing comes with a simple request. */
  async body(): Promise<Uint8Array> {
    return new Uint8Array()
  }

  async send(
    status: number,
    headers: Readonly<Record<string, string>>,
    body?: Body,
    range?: ByteRange,
  ): Promise<number> {
    const socket = this.#socket
    if (socket.destroyed) throw new ClientGone('the client closed the connection')
    const chunked = body !== undefined && headers['content-length'] === undefined
    const head = headOf(status, headers, { chunked, last: this.#facts.last })
    this.sent = true
    if (!body) {
      socket.write(head, 'latin1')
      return 0
    }
    if (body.bytes && !chunked) {
      const bytes = range ? body.bytes.subarray(range.start, range.end) : body.bytes
      writeAtOnce(socket, head, bytes)
      return bytes.byteLength
    }
    try {
      socket.write(head, 'latin1')
      const source = body.read(range)
      const sent = await pump(chunked ? inChunks(source) : source, socket, { announced: headers['content-length'] })
      return sent
    } catch (error) {
      socket.destroy()
      throw error
    }
  }
}

/** One write for a small answer, one for head and body of a bigger one: each system call costs as much as all the rest. */
function writeAtOnce(socket: Socket, head: string, bytes: Uint8Array): void {
  if (bytes.byteLength <= inOnePiece) {
    socket.write(head + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'), 'latin1')
    return
  }
  socket.cork()
  socket.write(head, 'latin1')
  socket.write(bytes)
  socket.uncork()
}

/** What must not stand in a header's value, or it would end there (RFC 9110 section 5.5). */
const forbidden = /[^\t\x20-\x7e\x80-\xff]/

function headOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  form: { chunked: boolean; last: boolean },
): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`
  for (const name in headers) {
    const value = headers[name]!
    if (forbidden.test(value)) throw new Error(`the header ${name} would hold a control character`)
    head += `${name}: ${value}\r\n`
  }
  if (form.chunked) head += 'transfer-encoding: chunked\r\n'
  if (form.last) head += 'connection: close\r\n'
  return `${head}date: ${httpDate()}\r\n\r\n`
}

let date = ''
let dateSecond = -1

/** The time as HTTP writes it (RFC 9110 section 5.6.7), worked out once a second. */
function httpDate(): string {
  const second = Math.floor(Date.now() / 1000)
  if (second !== dateSecond) {
    dateSecond = second
    date = new Date(second * 1000).toUTCString()
  }
  return date
}

/** The chunked coding (RFC 9112 section 7.1). */
async function* inChunks(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of source) {
    if (chunk.byteLength === 0) continue
    yield Buffer.from(`${chunk.byteLength.toString(16)}\r\n`)
    yield chunk
    yield Buffer.from('\r\n')
  }
  yield Buffer.from('0\r\n\r\n')
}
