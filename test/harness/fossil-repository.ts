/** Fossil repositories, and their own servers. */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { output } from '../../tools/components/component.ts'
import { freePort } from './free-port.ts'
import { writeEntries, type WorkingBuilder } from './hg-repository.ts'
import { ownProcess } from './process.ts'
import { temporaryDirectory } from './temporary.ts'

export interface FossilRepository {
  /** Commits, a day after the commit before, and answers the id. */
  readonly commit: (files: Parameters<WorkingBuilder['commit']>[0], ...options: readonly string[]) => Promise<string>
  readonly serve: () => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>
}

/** A repository whose check-ins have ids of one kind. */
export async function madeFossil(t: TestContext, ids: 'sha1' | 'sha3' = 'sha1'): Promise<FossilRepository> {
  const directory = await temporaryDirectory(t)
  const env = { HOME: directory, FOSSIL_HOME: directory, USER: 'me', LC_ALL: 'C.UTF-8' }
  const copy = join(directory, 'copy')
  await mkdir(copy)
  const run = (...args: readonly string[]) => output('fossil', args, { env, cwd: copy })
  const file = join(directory, 'repository.fossil')
  let day = 10
  await run('init', ...(ids === 'sha1' ? ['--sha1'] : []), '--date-override', '2020-09-01 11:00:00', file)
  await run('open', file, '--force')
  await run('settings', 'allow-symlinks', 'on')
  await run('hash-policy', ids)
  return {
    async commit(files, ...options) {
      writeEntries(copy, files)
      await run('addremove', '--dotfiles')
      const date = ['--date-override', `2020-09-${day++} 12:34:56`]
      const said = await run('commit', '--no-warnings', '--comment', 'x', ...date, ...options)
      return /New_Version: ([0-9a-f]+)/.exec(said)![1]!
    },
    async serve() {
      const args = ['server', file, '--localhost', '--port', String(await freePort()), '--nobrowser']
      const server = ownProcess(t, ['fossil', ...args], { cwd: directory, env: { ...env, PATH: process.env['PATH']! } })
      const port = await new Promise<string>((resolve, reject) => {
        server.onLine((line) => {
          const [, found] = /port (\d+)/i.exec(line) ?? []
          if (found !== undefined) resolve(found)
        })
        server.ended.then(({ stderr }) => reject(new Error(stderr)), reject)
      })
      const stop = async () => {
        server.signal('SIGKILL')
        await server.ended
      }
      return { url: `http://127.0.0.1:${port}/`, stop }
    },
  }
}
