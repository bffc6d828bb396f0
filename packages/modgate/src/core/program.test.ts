import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StartOptions } from './ports.ts'
import { programStarter } from './program.ts'

const start = programStarter()
const options: StartOptions = { environment: { PATH: process.env['PATH'] }, timeoutMs: 60_000 }

async function textOf(output: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of output) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('output is read while the program runs, and its code and words come at the end', async () => {
  const running = start(['sh', '-c', 'cat; echo words >&2; exit 3'], { ...options, input: 'given' })
  assert.equal(await textOf(running.output), 'given')
  assert.deepEqual(await running.ended, { code: 3, stderr: 'words\n', isClean: true })
})

test('the environment is what was given and nothing else', async () => {
  const { output } = start(['env'], { ...options, environment: { PATH: process.env['PATH'], GIVEN: 'x' } })
  const names = (await textOf(output)).split('\n').map((line) => line.split('=')[0])
  // The shell's own aside.
  assert.deepEqual(names.filter((name) => name !== '' && name !== '_').sort(), ['GIVEN', 'PATH'])
})

test('a program that is not there is no crash', async () => {
  const { ended } = start(['no-such-program-anywhere'], options)
  assert.deepEqual(await ended, { code: -1, stderr: '', isClean: true, trouble: 'not-there' })
})

test('a program that the system refuses at once is no crash', async () => {
  const running = start(['true', 'x'.repeat(8 << 20)], options)
  assert.equal(await textOf(running.output), '')
  assert.equal((await running.ended).trouble, 'no-room')
})

test('without a free descriptor no program begins, and the process lives on', async () => {
  const script = `
    import { openSync } from 'node:fs'
    import { programStarter } from ${JSON.stringify(new URL('program.ts', import.meta.url).href)}
    try { for (;;) openSync('/dev/null') } catch {}
    const { ended } = programStarter()(['true'], { environment: {}, timeoutMs: 60_000 })
    const { trouble } = await ended
    setTimeout(() => process.exit(trouble === 'no-room' ? 7 : 1), 50)`
  const node = [process.execPath, '--conditions=modgate-source', '--input-type=module', '-e', script]
  const { output, ended } = start(['sh', '-c', 'ulimit -n 80; exec "$@"', 'sh', ...node], options)
  assert.equal(await textOf(output), '')
  const { code, stderr } = await ended
  assert.equal(code, 7, stderr)
})

test('a program whose time is over ends with all that it started', async () => {
  // Its child holds the error output open: had that one not ended, the end would have come with the kill, and not be clean.
  const running = start(['sh', '-c', 'sleep 600 & wait'], { ...options, timeoutMs: 500 })
  const { trouble, isClean } = await running.ended
  assert.deepEqual([trouble, isClean], ['timeout', true])
})

test('a program that will not end is killed, and that is said', async () => {
  const running = start(['sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 0.1; done'], options)
  for await (const chunk of running.output) if (chunk.length > 0) break
  running.stop()
  const { trouble, isClean } = await running.ended
  assert.deepEqual([trouble, isClean], ['killed', false])
})

test('stopping what has ended does nothing', async () => {
  const running = start(['true'], options)
  await textOf(running.output)
  const end = await running.ended
  running.stop()
  assert.deepEqual([end.code, end.trouble], [0, undefined])
})
