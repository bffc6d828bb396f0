/**
 * The first requests of a process are its slowest: code is loaded and compiled on the way. Whichever chain comes first would pay for that,
 * and it is the one that all others are held against.
 */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chainTurn, type TurnOptions } from './chain-turn.ts'

const modules = Array.from({ length: 32 }, (_, index) => ({ path: `rehearsal-${index}.example`, version: 'v1.0.0' }))
const deadlineMs = 2_000

/** Asks a server of its own on the loopback as chains will be asked. What goes wrong there is no matter; throws the signal's reason. */
export async function rehearse(options: Omit<TurnOptions, 'modules' | 'deadlineMs' | 'onFile'>): Promise<void> {
  const server = createServer((_, response) => void response.end('rehearsal'))
  const listening = once(server.listen(0, '127.0.0.1'), 'listening')
  if (!(await listening.then(Boolean, () => false))) return
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { connect, traffic, signal, width } = options
  try {
    const list = [{ kind: 'proxy', url, fallback: 'not-found' }] as const
    await chainTurn(list, { modules, deadlineMs, connect, traffic, signal, width })
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
