import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../core/system.ts'
import { closed } from '../gateway/log/closed.ts'
import type { LogStatus } from '../gateway/log/covering-log.ts'
import { telemetry } from '../telemetry/index.ts'
import { watchLog } from './log-watch.ts'

const signing = { name: 'gate.example', size: 7, root: 'r', signedAt: 1000, guard: undefined, signs: true } as const
const refusing = { ...signing, signs: false, closed: closed('guard-unreadable', 'the guard is gone') } as const

test('a line is written when a log stops to take records, cannot be read, or takes them again, and not each time that somebody looks', async () => {
  const lines: Record<string, unknown>[] = []
  const write = (text: string) => void lines.push(JSON.parse(text) as Record<string, unknown>)
  const watch = await telemetry({
    log: { format: 'json', level: 'info', destination: { write } },
    ...{ moduleLimit: 0, version: '0', environment: {}, clock: systemClock },
  })
  const broken = new Error('no such disk')
  const rows: readonly (readonly [status: LogStatus | Error, says: string | undefined, signs: number])[] = [
    [signing, undefined, 1],
    [signing, undefined, 1],
    [refusing, 'error the covering log refuses to sign', 0],
    [refusing, undefined, 0],
    [broken, 'error the covering log cannot be read', 0],
    [broken, undefined, 0],
    [signing, 'info the covering log takes records again', 1],
  ]
  let now = 4000
  let status: LogStatus | Error = signing
  const log = {
    name: 'gate.example',
    status: async () => {
      if (status instanceof Error) throw status
      return status
    },
  }
  const logWatch = watchLog({ log, clock: { now: () => now }, watch })
  for (const [next, says, signs] of rows) {
    status = next
    lines.length = 0
    await logWatch.look()
    await watch.logger.drain()
    assert.deepEqual(
      lines.map(({ level, msg }) => `${String(level)} ${String(msg)}`),
      says === undefined ? [] : [says],
    )
    const text = await watch.meters.render()
    assert.match(text, new RegExp(`^modgate_log_signs ${signs}$`, 'm'))
    assert.match(text, /^modgate_log_tree_size 7$/m)
    assert.match(text, new RegExp(`^modgate_log_head_age_seconds ${(now - 1000) / 1000}$`, 'm'))
    now += 2000
  }
  logWatch.close()
})
