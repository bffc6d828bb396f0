import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../core/failure.ts'
import { parseInfo } from './version-info.ts'

const info = (text: string) => parseInfo(Buffer.from(text), 'a.example@v1.0.0')

test('a time is told as Go tells it', () => {
  const rows = [
    ['2021-03-04T10:00:00Z', '2021-03-04T10:00:00Z'],
    ['2021-03-04T10:00:00.120Z', '2021-03-04T10:00:00.12Z'],
    ['2021-03-04T10:00:00.000Z', '2021-03-04T10:00:00Z'],
    ['2021-03-04T10:00:00.1234567899Z', '2021-03-04T10:00:00.123456789Z'],
    ['2021-03-04T10:00:00+00:00', '2021-03-04T10:00:00Z'],
    ['2021-03-04T10:00:00+02:00', '2021-03-04T10:00:00+02:00'],
  ] as const
  for (const [written, told] of rows)
    assert.equal(info(JSON.stringify({ Version: 'v1.0.0', Time: written })).time, told)
  assert.equal(info('{"Version":"v1.0.0"}').time, '0001-01-01T00:00:00Z')
})

test('what is no info is refused', () => {
  for (const text of ['', '<html>', 'null', '[]', '{}', '{"Version":1}', '{"Version":"v1.0.0","Time":"yesterday"}']) {
    assert.throws(
      () => info(text),
      (error) => error instanceof Failure && error.code === 'upstream-invalid',
      text,
    )
  }
})
