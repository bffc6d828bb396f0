import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, test } from 'node:test'
import { stopSignal } from './stop-signal.ts'

/** A process that notes how it was ended. */
class TestProcess extends EventEmitter {
  readonly exits: number[] = []
  exit(code: number): void {
    this.exits.push(code)
  }
}

describe('signals', () => {
  for (const [second, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    test(`the first signal asks, a second ${second} ends with ${code}`, async () => {
      const process = new TestProcess()
      const stop = stopSignal(process)
      process.emit('SIGTERM')
      assert.equal(await stop.asked, 'SIGTERM')
      assert.deepEqual(process.exits, [])
      process.emit(second)
      assert.deepEqual(process.exits, [code])
    })
  }

  test('once forgotten, no signal is listened to', () => {
    const process = new TestProcess()
    stopSignal(process).forget()
    assert.deepEqual(process.eventNames(), [])
  })
})
