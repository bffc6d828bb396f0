/** A browser that a test drives: Chromium without a window, over its own protocol (https://chromedevtools.github.io/devtools-protocol/). */

import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { requireComponent } from './components.ts'
import { ownProcess, type OwnedProcess } from './process.ts'
import { temporaryDirectory } from './temporary.ts'

export interface BrowserPage {
  /** What the page did that nobody asked for: words in its console, exceptions, what its policy forbade. */
  readonly complaints: readonly string[]
  /** The URL of everything that it asked for, itself included. */
  readonly requests: readonly string[]
  /** The value of an expression in the page. Rejects where it throws. */
  value<T>(expression: string): Promise<T>
  /** Sends a command of the protocol, such as a click or a key. Rejects where the browser refuses it. */
  send<T = unknown>(method: string, parameters?: object): Promise<T>
}

/** In pixels. */
export interface WindowSize {
  readonly width: number
  readonly height: number
}

const usualSize: WindowSize = { width: 1280, height: 800 }

/** Opens a URL in a window of its own. Undefined where there is no browser, after the test was marked as skipped. */
export async function browserPage(t: TestContext, url: string, size = usualSize): Promise<BrowserPage | undefined> {
  const chromium = await requireComponent(t, 'chromium')
  if (chromium === undefined) return undefined
  let close: () => Promise<unknown> = () => Promise.resolve()
  // Before its profile is removed, to which it writes until it has ended.
  t.after(() => close())
  const profile = await temporaryDirectory(t)
  const child = ownProcess(t, [chromium.path, ...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    cwd: profile,
    env: { PATH: process.env['PATH'] ?? '', HOME: profile, TMPDIR: profile },
  })
  const socket = new WebSocket(await endpoint(child))
  await once(socket, 'open')
  const protocol = connection(socket)
  close = () => Promise.all([protocol.send('Browser.close'), child.ended])
  const { targetId } = await protocol.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await protocol.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true })
  const page = watched(protocol, sessionId)
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`)
  await page.send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false })
  const loaded = protocol.event('Page.loadEventFired')
  await page.send('Page.navigate', { url })
  await loaded
  return page
}

/** Nothing that asks the network by itself. As root there is no sandbox; the page is ours. */
const flags = [
  ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  ...['--remote-debugging-port=0', '--force-color-profile=srgb'],
]

function endpoint(child: OwnedProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.onLine((line) => {
      const [, url] = /^DevTools listening on (ws:\/\/\S+)/.exec(line) ?? []
      if (url !== undefined) resolve(url)
    })
    child.ended.then(({ code, stderr }) => reject(new Error(`the browser ended with ${code}\n${stderr}`)), reject)
  })
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

interface Connection {
  send<T>(method: string, parameters?: object, sessionId?: string): Promise<T>
  /** The next event of this name. */
  event(method: string): Promise<void>
  onEvent(listener: (method: string, params: Readonly<Record<string, unknown>>) => void): void
}

function connection(socket: WebSocket): Connection {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners: ((method: string, params: Readonly<Record<string, unknown>>) => void)[] = []
  let sent = 0
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params = {}, result, error } = JSON.parse(String(data)) as Message
    if (method !== undefined) for (const listener of listeners) listener(method, params)
    const waiter = id === undefined ? undefined : waiting.get(id)
    if (error === undefined) waiter?.resolve(result)
    else waiter?.reject(new Error(error.message))
  })
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser went away'))
  })
  return {
    send: <T>(method: string, params: object = {}, sessionId?: string) =>
      new Promise<T>((resolve, reject) => {
        waiting.set(++sent, { resolve: resolve as (value: unknown) => void, reject })
        socket.send(JSON.stringify({ id: sent, method, params, ...(sessionId !== undefined && { sessionId }) }))
      }),
    event: (wanted) =>
      new Promise((resolve, reject) => {
        listeners.push((method) => method === wanted && resolve())
        socket.addEventListener('close', () => reject(new Error('the browser went away')))
      }),
    onEvent: (listener) => void listeners.push(listener),
  }
}

/** What each event that counts says, in words. */
const told: Readonly<Record<string, (params: never) => string>> = {
  'Runtime.consoleAPICalled': ({ args }: { args: { value?: unknown }[] }) => args.map(({ value }) => value).join(' '),
  'Runtime.exceptionThrown': ({ exceptionDetails: { text, exception } }: Thrown) => exception?.description ?? text,
  'Log.entryAdded': ({ entry: { text } }: { entry: { text: string } }) => text,
}

interface Thrown {
  readonly exceptionDetails: { readonly text: string; readonly exception?: { readonly description?: string } }
}

function watched(protocol: Connection, sessionId: string): BrowserPage {
  const [complaints, requests]: [string[], string[]] = [[], []]
  protocol.onEvent((method, params) => {
    const words = told[method]
    if (words !== undefined) complaints.push(words(params as never))
    if (method === 'Network.requestWillBeSent') requests.push((params['request'] as { url: string }).url)
  })
  const send = <T>(method: string, parameters?: object) => protocol.send<T>(method, parameters, sessionId)
  return {
    ...{ complaints, requests, send },
    async value<T>(expression: string) {
      const options = { expression, returnByValue: true, awaitPromise: true }
      const answer = await send<{ result: { value: T } } & Partial<Thrown>>('Runtime.evaluate', options)
      if (answer.exceptionDetails !== undefined) throw new Error(told['Runtime.exceptionThrown']!(answer as never))
      return answer.result.value
    },
  }
}
