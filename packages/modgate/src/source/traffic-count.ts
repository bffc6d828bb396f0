/**
 * What the HTTP client sends and connects, counted where it happens: redirects, retries and connections are inside of a Peer, and whoever
 * measures what a question costs wants to know of them.
 */

import { subscribe, unsubscribe } from 'node:diagnostics_channel'

export interface Traffic {
  /** Requests that were sent, those after redirects and for a second time as well; not those to a proxy of HTTPS_PROXY that open a way. */
  readonly requests: number
  /** Connections that came to stand, those through a web proxy once. */
  readonly connections: number
}

export interface TrafficCount {
  /** So far. */
  now(): Traffic
  end(): void
}

/** Counts until it is ended. It hears of the whole process, so only one thing may be asked for at a time. */
export function trafficCount(): TrafficCount {
  let [requests, connections] = [0, 0]
  const onRequest = (message: unknown) => {
    // Through a web proxy, one way is heard of as two connections: that to the proxy, and what goes over it once it is open.
    if ((message as { request?: { method?: string } }).request?.method === 'CONNECT') connections--
    else requests++
  }
  const onConnection = () => {
    connections++
  }
  subscribe('undici:client:sendHeaders', onRequest)
  subscribe('undici:client:connected', onConnection)
  return {
    now: () => ({ requests, connections }),
    end() {
      unsubscribe('undici:client:sendHeaders', onRequest)
      unsubscribe('undici:client:connected', onConnection)
    },
  }
}
