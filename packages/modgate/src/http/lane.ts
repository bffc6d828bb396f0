/**
 * The short way for simple requests over plain HTTP/1.1: half of what a warm answer costs would otherwise be spent between the socket
 * and us. A connection starts here and stays as long as it sends nothing but simple requests, one after the other; with the first one
 * that is anything else it goes to node:http, unread bytes included, and stays there.
 */

import type { Socket } from 'node:net'
import type { Handler } from './exchange.ts'
import { LaneExchange } from './lane-exchange.ts'
import { simpleRequests } from './simple-request.ts'

export interface Lane {
  /** Takes a fresh connection. */
  readonly accept: (socket: Socket) => void
  /** Ends idle connections now, and the others with their next answer. */
  close(): void
}

export interface LaneOptions {
  readonly handler: Handler
  /** Takes a connection that is not for the lane; its unread bytes are in the socket again. */
  readonly handOver: (socket: Socket) => void
  /** Milliseconds that a connection may be idle. */
  readonly idleMs: number
}

/** More than this unanswered is no client that waits for answers. */
const maxPendingBytes = 64 * 1024

export function lane(options: LaneOptions): Lane {
  const connections = new Set<Connection>()
  return {
    accept(socket) {
      const connection = new Connection(socket, options)
      connections.add(connection)
      socket.once('close', () => connections.delete(connection))
    },
    close() {
      for (const connection of connections) connection.end()
    },
  }
}

class Connection {
  readonly #socket: Socket
  readonly #options: LaneOptions
  readonly #read = simpleRequests()
  readonly #remoteAddress: string
  #pending: Buffer | undefined
  #busy = false
  #ending = false
  #exchange: LaneExchange | undefined
  readonly #onData = (chunk: Buffer): void => this.#take(chunk)
  readonly #onError = (): void => void this.#socket.destroy()
  /**
   * The client has said its last word. Before an answer has begun that may be all it wants to say; in the middle of one it has left, and
   * nobody is to wait for an upstream on its behalf.
   */
  readonly #onEnd = (): void => {
    if (this.#busy && this.#exchange?.sent) this.#socket.destroy()
    else this.end()
  }
  readonly #onTimeout = (): void => {
    if (!this.#busy) this.#socket.destroy()
  }

  constructor(socket: Socket, options: LaneOptions) {
    this.#socket = socket
    this.#options = options
    this.#remoteAddress = socket.remoteAddress ?? ''
    socket.setTimeout(options.idleMs)
    socket.on('timeout', this.#onTimeout).on('error', this.#onError)
    socket.on('data', this.#onData).on('end', this.#onEnd)
  }

  end(): void {
    this.#ending = true
    if (!this.#busy) this.#socket.end()
  }

  #take(chunk: Buffer): void {
    const all = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk
    if (this.#busy) {
      this.#pending = all
      if (all.byteLength > maxPendingBytes) this.#socket.pause()
      return
    }
    this.#pending = undefined
    this.#next(all)
  }

  #next(bytes: Buffer): void {
    const request = this.#read(bytes)
    if (!request) {
      this.#handOver(bytes)
      return
    }
    if (request.length < bytes.byteLength) this.#pending = bytes.subarray(request.length)
    this.#busy = true
    const exchange = new LaneExchange(this.#socket, request, { remoteAddress: this.#remoteAddress, last: this.#ending })
    this.#exchange = exchange
    this.#options.handler(exchange).then(
      () => this.#answered(exchange),
      () => this.#socket.destroy(),
    )
  }

  #answered(exchange: LaneExchange): void {
    this.#busy = false
    this.#exchange = undefined
    exchange.close()
    // A handler that sent nothing has given up on its client.
    if (!exchange.sent) this.#socket.destroy()
    if (this.#socket.destroyed) return
    if (this.#ending) {
      this.#socket.end()
      return
    }
    const bytes = this.#pending
    if (bytes === undefined) return
    this.#pending = undefined
    this.#socket.resume()
    this.#next(bytes)
  }

  #handOver(bytes: Buffer): void {
    const socket = this.#socket
    socket.pause()
    socket.setTimeout(0)
    socket.off('timeout', this.#onTimeout).off('error', this.#onError)
    socket.off('data', this.#onData).off('end', this.#onEnd)
    socket.unshift(bytes)
    this.#options.handOver(socket)
    process.nextTick(() => socket.resume())
  }
}
