import { globSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { parse } from '@modgate/gomod/txtar'
import { machineGoSettings } from '../../tools/components/index.ts'
import { runCommand } from './command.ts'
import { requireComponent } from './components.ts'
import { startGate } from './gate.ts'
import { goClient } from './go-client.ts'
import type { Finished } from './process.ts'
import { roomyDirectory } from './temporary.ts'

/** A program over modules that the world uses; its go.mod is tidy. */
export interface RealProject {
  /** What there is to it, in words. */
  readonly claim: string
  readonly files: Readonly<Record<string, string>>
  readonly isWorkspace: boolean
  /** Whether it takes hundreds of modules. */
  readonly isLarge: boolean
}

const archives = globSync(join(import.meta.dirname, '../graphs/*.txtar')).sort()

/** From five modules to seven hundred; `test/graphs/` has an archive of each, whose comment is the claim. */
export const realProjects: readonly RealProject[] = archives.map((path) => {
  const { comment, files } = parse(readFileSync(path, 'utf8'))
  const byName = Object.fromEntries(files.map(({ name, data }) => [name, data]))
  const isLarge = (byName['go.mod'] ?? '').split('\n').length > 100
  return { claim: comment.trim(), files: byName, isWorkspace: 'go.work' in byName, isLarge }
})

/** Somebody who has a project and nothing else: no module was ever downloaded there. */
export interface RealPerson {
  /** Of the project. */
  readonly directory: string
  /** GOMODCACHE. */
  readonly cache: string
  /** Runs the real go in the project; in a workspace, in its first module. */
  readonly go: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Finished>
  readonly modgate: RealPerson['go']
}

/** Kept from run to run: a module comes from outside once, whatever asks for it. */
const gateData = resolve(import.meta.dirname, '../../node_modules/.cache/real-modules')

/**
 * People who get modules and their records from one gate on this machine, over the machine's own upstream. Undefined where there is none,
 * after the test was marked as skipped.
 */
export async function realPeople(
  t: TestContext,
): Promise<((t: TestContext, files: RealProject['files']) => Promise<RealPerson>) | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'upstream')) === undefined) return undefined
  await mkdir(gateData, { recursive: true })
  const gate = await startGate(t, { data: gateData, env: await machineGoSettings() })
  return async (own, files) => {
    const root = await roomyDirectory(own)
    const client = await goClient(own, { toolchain, proxy: gate.url, sumdb: 'sum.golang.org', files, root })
    const settings: Record<string, string> = { ...client.env, GOFLAGS: '-modcacherw' }
    const cwd = join(client.directory, 'go.work' in files ? 'one' : '')
    return {
      directory: client.directory,
      cache: settings['GOMODCACHE']!,
      go: (args, env) => client.run(['-C', cwd, ...args], { ...settings, ...env }),
      modgate: (args, env) => runCommand(args, { home: settings['HOME']!, cwd, environment: { ...settings, ...env } }),
    }
  }
}
