import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { buffer, text as readText } from 'node:stream/consumers'

/** The answer to a GET as soon as its head is there; each on a connection of its own. */
export async function ask(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage]
  return response
}

/** A whole answer to a GET. Rejects where the body breaks off. */
export async function fetched(url: string): Promise<{ readonly status: number; readonly body: Buffer }> {
  const response = await ask(url)
  return { status: response.statusCode ?? 0, body: await buffer(response) }
}

/** All that a server says to these bytes before it closes; the client's half stays open, so that the server must close. */
export async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  socket.write(Buffer.from(bytes, 'latin1'))
  return readText(socket).catch(() => '')
}
