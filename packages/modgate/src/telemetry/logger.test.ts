import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { Writable } from 'node:stream'
import { lineSink } from './line-sink.ts'
import { logger, type LoggerOptions } from './logger.ts'

function written(options: Partial<LoggerOptions>) {
  const lines: string[] = []
  const destination = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      lines.push(chunk)
      done()
    },
  })
  return { lines, log: logger({ format: 'json', level: 'info', destination, ...options }) }
}

test('levels below the chosen one are not written', () => {
  const { lines, log } = written({ level: 'warn' })
  log.debug({}, 'a')
  log.info({}, 'b')
  log.raw('info', {}, 'c')
  log.warn({}, 'd')
  log.error({}, 'e')
  log.raw('error', {}, 'f')
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
    ['d', 'e', 'f'],
  )
})

test('a raw line has the form of any other, with what its child logger says', () => {
  const { lines, log } = written({})
  const child = log.child({ room: 'store', token: 'x' })
  child.info({ a: 'é"\n' }, 'hello')
  child.raw('info', { a: 'é"\n' }, 'hello')
  log.raw('info', {}, 'bare')
  const [plain, raw, bare] = lines.map((line) => ({ ...(JSON.parse(line) as object), time: 0 }))
  assert.deepEqual(plain, { level: 'info', time: 0, room: 'store', token: '[redacted]', a: 'é"\n', msg: 'hello' })
  assert.deepEqual(raw, plain)
  assert.deepEqual(bare, { level: 'info', time: 0, msg: 'bare' })
})

test('a message is scrubbed like a field', () => {
  const { lines, log } = written({})
  log.info({ upstream: 'https://u:p@h.example' }, 'from https://u:p@h.example')
  assert.ok(!lines.join('').includes('u:p'))
})

test('a pretty line is one line, and a stranger cannot colour it', () => {
  const { lines, log } = written({ format: 'pretty' })
  log.raw(
    'info',
    { method: 'GET', path: '/a\u009b31m\u001b[2J', status: 200, bytes: 5, ms: 1.5, cache: 'hit', id: 'x-1' },
    'request',
  )
  log.warn({ address: '127.0.0.1:1', list: [1], said: 'two words\nand a line' }, 'listening')
  assert.match(lines[0]!, /^\[[\d:.]+\] INFO: GET \/a\ufffd31m\ufffd\[2J 200 5 B 1\.5 ms hit id=x-1\n$/)
  assert.match(
    lines[1]!,
    /^\[[\d:.]+\] WARN: listening address=127\.0\.0\.1:1 list=\[1\] said="two words\\nand a line"\n$/,
  )
})

test('lines to a file keep their order and all arrive, short, long and many', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'modgate-log-'))
  const fd = openSync(join(folder, 'log'), 'w')
  const sink = lineSink(fd)
  const lines = Array.from({ length: 5000 }, (_, index) => `${index} ${'é'.repeat(index % 300)}\n`)
  lines.splice(77, 0, `long ${'x'.repeat(100_000)}\n`)
  for (const line of lines) {
    sink.write(line)
    if (line.startsWith('2500 ')) await sink.drain()
  }
  await sink.drain()
  assert.equal(readFileSync(join(folder, 'log'), 'utf8'), lines.join(''))
  closeSync(fd)
  rmSync(folder, { recursive: true })
})

const endings: [name: string, end: string, code: number | null][] = [
  ['exits', 'process.exit(3)', 3],
  ['crashes', "throw new Error('boom')", 1],
  ['has nothing more to do', '', 0],
  [
    'is told to stop, and drains',
    "process.once('SIGTERM', () => log.drain().then(() => process.exit(0))); process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)",
    0,
  ],
]

for (const [name, end, code] of endings) {
  test(`no line is lost when the process ${name}`, async () => {
    const script = `
      import { logger } from ${JSON.stringify(new URL('./logger.ts', import.meta.url).href)}
      const log = logger({ format: 'json', level: 'info' })
      for (let index = 0; index < 1000; index++) log.raw('info', { index }, 'line')
      ${end}`
    const child = spawn(process.execPath, ['--conditions=modgate-source', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [output, closed] = await Promise.all([text(child.stdout), once(child, 'close')])
    const indexes = output
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { index: number }).index)
    // At a crash a group that is on its way may land behind what is written after it.
    assert.deepEqual(
      indexes.toSorted((a, b) => a - b),
      Array.from({ length: 1000 }, (_, index) => index),
    )
    assert.equal(closed[0], code)
  })
}

test('a descriptor that nobody reads any more takes nothing down', async () => {
  const sink = lineSink(openSync('/dev/null', 'r'))
  sink.write('lost\n')
  await sink.drain()
  sink.write('lost\n')
  sink.flushSync()
  await assert.doesNotReject(sink.drain())
})
