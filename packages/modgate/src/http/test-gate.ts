/** The real server and the real handler over a source that does as a test says. */

import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody, type Body } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Resource } from '../core/resource.ts'
import { systemClock } from '../core/system.ts'
import type { TestCertificate } from '../core/test-certificate.ts'
import { telemetry } from '../telemetry/index.ts'
import { handler } from './handler.ts'
import type { LogFace } from './log-face.ts'
import type { PushHook } from './push-hook.ts'
import { listen } from './server.ts'

export type Answer = (request: ModuleRequest, context: Context) => Promise<Resource> | Resource

export interface TestGateOptions {
  readonly basePath?: string
  readonly tls?: TestCertificate
  readonly log?: LogFace
  readonly pushHook?: PushHook
}

/** What is kept, as a resource. */
export function kept(body: Body | string, more: Partial<Resource> = {}): Resource {
  return {
    body: typeof body === 'string' ? bytesBody(Buffer.from(body)) : body,
    type: 'text/plain; charset=UTF-8',
    etag: '"tag"',
    trust: 'record',
    source: 'https://up.example',
    cache: { status: 'hit' },
    ...more,
  }
}

export const absent: Answer = (request) => {
  throw new Failure('module-not-found', { asked: request.kind, who: 'https://up.example', why: 'no such module' })
}

export async function testGate(
  t: TestContext,
  answer: Answer,
  { basePath = '', tls, log, pushHook }: TestGateOptions = {},
) {
  const lines: Record<string, unknown>[] = []
  const write = (text: string) => void lines.push(JSON.parse(text) as Record<string, unknown>)
  const watch = await telemetry({
    log: { format: 'json', level: 'debug', destination: { write } },
    moduleLimit: 10,
    version: '0.0.0',
    environment: {},
    clock: systemClock,
  })
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    tls,
    handler: handler({
      source: { get: async (request, context) => answer(request, context), forget: () => undefined },
      observer: watch.observer,
      basePath,
      log,
      pushHook,
      facts: { version: '0.0.0', checks: [], metrics: async () => ({ type: 'text/plain', text: 'm 1\n' }) },
      pages: new Map([
        ['/', async () => ({ status: 200, type: 'text/html', body: bytesBody(Buffer.from('front')) })],
        ['/-/onboard', async () => ({ status: 200, type: 'application/json', body: bytesBody(Buffer.from('{}')) })],
      ]),
    }),
  })
  t.after(() => server.close(0))
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${server.port}`
  return { server, port: server.port, url, lines, drained: () => watch.logger.drain() }
}

/** Sends bytes as they are on one connection, and gives all that comes back until it ends. */
export function exchangeBytes(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
    socket.write(text, 'latin1')
  })
}
