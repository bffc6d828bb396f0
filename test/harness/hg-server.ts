import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { ownProcess } from './process.ts'

/** The URL below which `hg serve` has the repositories of a directory. */
export async function serveHg(t: TestContext, directory: string): Promise<string> {
  const config = join(directory, 'web.conf')
  await writeFile(config, `[paths]\n/ = ${directory}/*\n`)
  const env = { PATH: process.env['PATH']!, HOME: directory, HGRCPATH: '', PYTHONUNBUFFERED: '1' }
  const args = ['serve', `--webdir-conf=${config}`, '--address=127.0.0.1', '--port=0']
  const server = ownProcess(t, ['hg', ...args], { cwd: directory, env })
  return new Promise((resolve, reject) => {
    server.onLine((line) => {
      const [, port] = /127\.0\.0\.1:(\d+)/.exec(line) ?? []
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`)
    })
    server.ended.then(({ stderr }) => reject(new Error(stderr)), reject)
  })
}
