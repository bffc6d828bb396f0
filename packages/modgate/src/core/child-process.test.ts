import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRunner } from './child-process.ts'

const node = (script: string, options = {}) => systemRunner.run([process.execPath, '-e', script], options)

test('a program gets its input, and its exit code and both outputs come back', async () => {
  const echo = 'process.stdin.pipe(process.stdout); process.stderr.write("e"); process.exitCode = 3'
  assert.deepEqual(await node(echo, { input: 'hello' }), { code: 3, stdout: 'hello', stderr: 'e' })
})

test('what keeps a program from ending by itself is named', async () => {
  const forever = 'setInterval(() => {}, 1000)'
  assert.equal((await node(forever, { timeoutMs: 300 })).trouble, 'timeout')
  assert.equal((await node(forever, { signal: AbortSignal.timeout(300) })).trouble, 'killed')
  assert.equal((await node('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)')).trouble, 'killed')
  assert.equal((await node('process.stdout.write("x".repeat(17 << 20))')).trouble, 'too-much-output')
  assert.equal((await systemRunner.run(['/nowhere/program'])).trouble, 'not-there')
})

test('an argument is one argument, whatever a shell would make of it', async () => {
  const { stdout } = await systemRunner.run([process.execPath, '-p', 'process.argv[1]', '$(id); `id` *'])
  assert.equal(stdout, '$(id); `id` *\n')
})
