import { once } from 'node:events'
import { copyFile, rm } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { resolve } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { testDatabase } from './database.ts'
import * as faults from './fault.ts'
import type { Fault } from './fault.ts'
import { startGate } from './gate.ts'
import type { Command, ScriptRun } from './script-run.ts'

/** The commands of scripts that do something. */
export const commands: Readonly<Record<string, Command>> = {
  /** go ARG…: runs the go command; `! go …` demands that it fails. */
  go: async (run, words, not) => {
    run.last = await run.client.run(words)
    if ((run.last.code === 0) === not) throw new Error(not ? 'it did not fail' : 'it failed')
  },
  /** env NAME=VALUE…: settings of the client from here on. */
  env: ({ client }, words) => {
    for (const word of words) {
      const end = word.indexOf('=')
      client.env[word.slice(0, end)] = word.slice(end + 1)
    }
  },
  /** fresh: the client is a new machine, with an empty module cache. */
  fresh: ({ client }) => client.forget(),
  /** gate start|restart|stop|kill [FLAG…]: with the upstream and database of the script unless the flags say otherwise. */
  gate: async (run, [action = '', ...flags]) => {
    if (action === 'stop' || action === 'restart') await run.gate?.stop()
    if (action === 'kill') await run.gate?.kill9()
    if (action === 'start' || action === 'restart') await start(run, flags)
  },
  /** upstream stop|start|heal|fault GLOB FAULT [ARG…] [times=N] */
  upstream: async ({ upstream }, [action = '', ...words]) => {
    if (action === 'stop') await upstream.stop()
    else if (action === 'start') await upstream.start()
    else if (action === 'heal') upstream.heal()
    else if (action === 'fault') addFault(upstream, words)
    else throw new Error(`an upstream cannot ${action}`)
  },
  /** database CLAIM [PATH]: what the checksum database says from here on. */
  database: async ({ upstream }, [claim = '', path = '']) => {
    const make = databases[claim]
    if (make === undefined) throw new Error(`a database cannot be ${claim}`)
    upstream.database = await testDatabase(upstream.corpus, make(path))
  },
  /** keep FILE COPY: copies a file of the client's main module. */
  keep: ({ client }, [file = '', copy = '']) =>
    copyFile(resolve(client.directory, file), resolve(client.directory, copy)),
  /** rm FILE: of the client's main module. */
  rm: ({ client }, [file = '']) => rm(resolve(client.directory, file), { recursive: true, force: true }),
  /** forget: requests are counted from here on. */
  forget: ({ upstream }) => upstream.forget(),
  /** fetch PATH [HEADER:VALUE…]: asks the gate as curl -i would; the answer is the last command's stdout. */
  fetch: async (run, [path = '', ...headers]) => {
    // Not fetch(): a path must go out as the script spells it.
    const request = get(`${run.gate!.url}/`, { headers: headersOf(headers), path, agent: false })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${String(value)}\n`)
    const body = await readText(response)
    run.last = { code: 0, stdout: `${response.statusCode}\n${lines.join('')}\n${body}`, stderr: '' }
  },
}

async function start(run: ScriptRun, flags: readonly string[]): Promise<void> {
  const { t, upstream, data, client } = run
  const defaults = ['--upstream', upstream.url, '--sumdb', upstream.database.key]
  const given = (flag: string) => flags.includes(flag)
  const added = given('--upstream')
    ? given('--sumdb')
      ? []
      : defaults.slice(2)
    : given('--sumdb')
      ? defaults.slice(0, 2)
      : defaults
  run.gate = await startGate(t, { data, flags: [...added, ...flags] })
  client.env['GOPROXY'] = run.gate.url
}

/** `name:value` words as headers. */
function headersOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word.split(':', 1)[0]!, word.slice(word.indexOf(':') + 1)]))
}

function addFault(upstream: ScriptRun['upstream'], words: readonly string[]): void {
  const times = words.find((word) => word.startsWith('times='))?.slice('times='.length)
  const [glob = '', name = '', ...args] = words.filter((word) => !word.startsWith('times='))
  const make = named[name]
  if (make === undefined) throw new Error(`no such fault: ${name}`)
  upstream.fault(glob, make(args, upstream), times === undefined ? Infinity : Number(times))
}

type FaultMaker = (args: readonly string[], upstream: ScriptRun['upstream']) => Fault

const named: Readonly<Record<string, FaultMaker>> = {
  status: ([code, body = '', ...headers]) => faults.status(Number(code), body && `${body}\n`, headersOf(headers)),
  html: () => faults.html(),
  truncated: () => faults.truncated(),
  'truncated-chunked': () => faults.truncatedChunked(),
  half: () => faults.half(),
  content: ([body = '']) => faults.content(body),
  'tampered-zip': ([path = '', version = ''], { corpus }) => faults.tamperedZip(corpus.find(path, version)!.entries),
  reset: () => faults.reset(),
  hang: () => faults.hangBeforeHead(),
  'hang-after-head': () => faults.hangAfterHead(),
  slow: ([bytes, pause]) => faults.slow(Number(bytes), Number(pause)),
  delay: ([milliseconds]) => faults.delay(Number(milliseconds)),
  redirect: ([url = '']) => faults.redirect(url),
  'redirect-loop': () => faults.redirect((path) => path),
}

const databases: Readonly<Record<string, (path: string) => Parameters<typeof testDatabase>[1]>> = {
  honest: () => ({}),
  /** A signed record of other content. */
  wrong: (path) => ({
    claim: (record) => (record.startsWith(`${path} `) ? record.replaceAll(/h1:.{4}/g, 'h1:AAAA') : record),
  }),
  /** A signed record of some other module. */
  unrelated: (path) => ({
    claim: (record) => (record.startsWith(`${path} `) ? record.replaceAll(path, 'other.example/module') : record),
  }),
  without: (path) => ({ claim: (record) => (record.startsWith(`${path} `) ? undefined : record) }),
  /** The same key over a history that never was. */
  forked: () => ({ claim: (record) => record.replace('filler.example/n v1.0.7 ', 'filler.example/m v1.0.7 ') }),
  shrunken: () => ({ filler: 200 }),
  'other-key': () => ({ seed: 2 }),
}
