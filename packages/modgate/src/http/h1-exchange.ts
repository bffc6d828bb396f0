/** HTTP/1.1 by node:http. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Body, ByteRange } from '../core/body.ts'
import type { Exchange } from './exchange.ts'
import { departure, pump } from './pump.ts'
import { requestBody } from './request-body.ts'

export function h1Exchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const { socket } = request
  const client = departure(response)
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    remoteAddress: socket.remoteAddress ?? '',
    protocol: request.httpVersion,
    secure: 'encrypted' in socket,
    host: request.headers.host ?? '',
    header: (name) => {
      const value = request.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    body: (limit) => requestBody(request, request.headers['content-length'], limit),
    get signal() {
      return client.signal
    },
    send: (status, headers, body, range) => send(response, status, headers, { body, range }),
  }
}

async function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  { body, range }: { body: Body | undefined; range: ByteRange | undefined },
): Promise<number> {
  response.writeHead(status, headers)
  if (!body) {
    response.end()
    return 0
  }
  if (body.bytes) {
    const bytes = range ? body.bytes.subarray(range.start, range.end) : body.bytes
    response.end(bytes)
    return bytes.byteLength
  }
  try {
    const sent = await pump(body.read(range), response, { announced: headers['content-length'] })
    response.end()
    return sent
  } catch (error) {
    response.destroy()
    throw error
  }
}
