import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../core/failure.ts'
import { redact, scrub } from './redact.ts'

const texts: [text: string, clean: string][] = [
  ['https://user:pass@proxy.example/a', 'https://[redacted]@proxy.example/a'],
  ['https://token@proxy.example', 'https://[redacted]@proxy.example'],
  ['GET https://u:p@ss@h.example/x@v1 failed', 'GET https://[redacted]@h.example/x@v1 failed'],
  ['user:pass@proxy.example/a', '[redacted]@proxy.example/a'],
  ['a http://u:p@h.example, b http://v:q@i.example', 'a http://[redacted]@h.example, b http://[redacted]@i.example'],
  ['authorization: Bearer abc.def', 'authorization: Bearer [redacted]'],
  ['Basic dTpw', 'Basic [redacted]'],
  ['basic authentication is wanted', 'basic authentication is wanted'],
  ['https://h.example/x?a=1&private_token=zzz&b=2', 'https://h.example/x?a=1&private_token=[redacted]&b=2'],
  ['https://h.example/x?X-Amz-Signature=zzz#f', 'https://h.example/x?X-Amz-Signature=[redacted]#f'],
  ['github.com/a/b@v1.0.0', 'github.com/a/b@v1.0.0'],
  ['https://h.example/github.com/a/b/@v/list', 'https://h.example/github.com/a/b/@v/list'],
]

for (const [text, clean] of texts) {
  test(`${text} is logged as ${clean}`, () => assert.equal(scrub(text), clean))
}

test('what would take long to scrub is cut first', () => {
  const hostile = ['://'.repeat(1e6), '?'.repeat(1e6), 'Basic '.repeat(1e6), 'a'.repeat(1e6)]
  for (const text of hostile) assert.ok(scrub(text).length < 40_000)
})

test('secret names are blanked at every depth, whatever they hold', () => {
  const headers = { Authorization: 'x', 'set-cookie': ['a'], accept: '*/*' }
  assert.deepEqual(redact({ headers, apiKey: 7, password: undefined }), {
    headers: { Authorization: '[redacted]', 'set-cookie': '[redacted]', accept: '*/*' },
    apiKey: '[redacted]',
    password: undefined,
  })
})

test('a circle ends', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  assert.match(JSON.stringify(redact(circle)), /\[deep\]/)
})

test('a failure tells its cause without credentials and without a stack', () => {
  const cause = new Error('connect https://u:p@up.example', { cause: new Error('ECONNREFUSED') })
  const failure = new Failure('upstream-unreachable', {
    asked: 'a.example/m@v1',
    who: 'https://u:p@up.example',
    why: 'refused',
    cause,
  })
  const { error } = redact({ error: failure }) as { error: Record<string, unknown> }
  assert.deepEqual(error, {
    code: 'upstream-unreachable',
    kind: 'upstream',
    asked: 'a.example/m@v1',
    who: 'https://[redacted]@up.example',
    why: 'refused',
    said: undefined,
    causes: ['Error: connect https://[redacted]@up.example', 'Error: ECONNREFUSED'],
    stack: undefined,
  })
})

test('a defect keeps the stack of its cause', () => {
  const failure = new Failure('internal-error', { asked: 'x', who: 'modgate', why: 'y', cause: new TypeError('boom') })
  const { error } = redact({ error: failure }) as { error: { stack: string } }
  assert.match(error.stack, /TypeError: boom\n +at /)
})
