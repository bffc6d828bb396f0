// `modgate explain` on logs without bounds: all of them is read, and little of them is held.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { explaining, type Report } from './harness/explain.ts'
import { temporaryDirectory } from './harness/temporary.ts'

describe('logs without bounds', () => {
  /** Writes `piece` until `bytes` are written, and reports the most memory that the command held. */
  async function fed(t: TestContext, piece: Buffer, bytes: number) {
    const { child, ended } = explaining(t, ['--json', '-'])
    let highest = 0
    for (let written = 0; written < bytes; written += piece.length) {
      if (!child.stdin.write(piece)) await once(child.stdin, 'drain')
      highest = Math.max(highest, await residentBytes(child.pid!))
    }
    child.stdin.end('\ngo: a.example/last@v1.0.0: reading https://h.example/x: 404 Not Found')
    const { stdout } = await ended
    return { report: JSON.parse(stdout) as Report, highest }
  }

  test('300 MB in a pipe are read to the end in memory that stays', async (t) => {
    const line = (index: number) =>
      index % 50 === 0
        ? `go: a.example/m${index}@v1.0.0: reading https://h.example/m${index}/@v/v1.0.0.info: 404 Not Found\n`
        : `2026-11-22T10:00:00.1234567Z ok  \ta.example/m${index}/internal/codec\t0.${index}s\n`
    const piece = Buffer.from(Array.from({ length: 20_000 }, (_, index) => line(index)).join(''))
    const { report, highest } = await fed(t, piece, 300e6)
    const blocks = Math.ceil(300e6 / piece.length)
    assert.equal(report.lines, blocks * 20_000 + 2)
    assert.deepEqual(
      report.roots.map(({ id, count }) => [id, count]),
      [['MG1001', blocks * 400 + 1]],
    )
    assert.ok(highest < 300e6, `${highest} bytes`)
  })

  test('a line of 100 MB is one line', async (t) => {
    const { report, highest } = await fed(t, Buffer.alloc(1e6, 'error: go: exit status 1 \x1b[31m \xff'), 100e6)
    assert.equal(report.lines, 2)
    assert.equal(report.roots.at(-1)?.modules.names[0], 'a.example/last@v1.0.0')
    assert.ok(highest < 300e6, `${highest} bytes`)
  })

  test('a gzip bomb is read without being held', async (t) => {
    const directory = await temporaryDirectory(t)
    const file = join(directory, 'bomb.log')
    const member = gzipSync(Buffer.alloc(50e6))
    await writeFile(file, Buffer.concat(Array.from({ length: 4 }, () => member)))
    const { child, ended } = explaining(t, ['--json', file])
    let highest = 0
    const timer = setInterval(
      () => void residentBytes(child.pid!).then((bytes) => (highest = Math.max(highest, bytes))),
      50,
    )
    t.after(() => clearInterval(timer))
    const { stdout } = await ended
    assert.equal((JSON.parse(stdout) as Report).bytes, 200e6)
    assert.ok(highest < 300e6, `${highest} bytes`)
  })
})

/** VmRSS of proc(5); 0 where there is no /proc. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}
