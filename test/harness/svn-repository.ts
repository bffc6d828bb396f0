/** Subversion repositories behind svnserve. */

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestContext } from 'node:test'
import { output } from '../../tools/components/component.ts'
import { freePort } from './free-port.ts'
import { writeEntries, type WorkingBuilder } from './hg-repository.ts'
import { ownProcess } from './process.ts'
import { temporaryDirectory } from './temporary.ts'

export interface SvnRepository {
  readonly commit: (
    files: Parameters<WorkingBuilder['commit']>[0],
    properties?: readonly (readonly string[])[],
  ) => Promise<void>
  readonly url: string
}

/** A repository with a trunk, and `svnserve` over it. */
export async function servedSvn(t: TestContext): Promise<SvnRepository> {
  const directory = await temporaryDirectory(t)
  const env = { LC_ALL: 'C.UTF-8', HOME: directory }
  const run = (program: string, ...args: readonly string[]) => output(program, args, { env, cwd: directory })
  await mkdir(join(directory, 'home'))
  await run('svnadmin', 'create', join(directory, 'repository'))
  const onDisk = `file://${join(directory, 'repository')}`
  await run('svn', 'mkdir', '--quiet', '--message=x', `${onDisk}/trunk`, `${onDisk}/tags`)
  const copy = join(directory, 'copy')
  await run('svn', 'checkout', '--quiet', `${onDisk}/trunk`, copy)
  const port = await freePort()
  const args = ['--daemon', '--foreground', '--listen-host=127.0.0.1', `--listen-port=${port}`, `--root=${directory}`]
  const server = ownProcess(t, ['svnserve', ...args], { cwd: directory, env: { ...env, PATH: process.env['PATH']! } })
  const url = `svn://127.0.0.1:${port}/repository/trunk`
  for (;;) {
    if (
      await run('svn', 'info', url).then(
        () => true,
        () => false,
      )
    )
      break
    await Promise.race([sleep(100), server.ended.then(({ stderr }) => assert.fail(stderr))])
  }
  return {
    url,
    async commit(files, properties = []) {
      writeEntries(copy, files)
      await run('svn', 'add', '--quiet', '--force', '--no-auto-props', copy)
      for (const [name = '', value = '', file = ''] of properties) {
        await run('svn', 'propset', '--quiet', name, value, join(copy, file))
      }
      await run('svn', 'commit', '--quiet', '--message=<date>2001-01-01T00:00:00Z</date>', copy)
    },
  }
}
