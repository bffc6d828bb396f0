import { readdir } from 'node:fs/promises'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { storeWorld, wideProgram, type StoreWorld } from './filled-store.ts'
import { temporaryDirectory } from './temporary.ts'

/** Both sides: who exports from his own store, and another data directory that no network reaches. */
export interface AirGap {
  readonly world: StoreWorld
  /** The verifier line of the exporter. */
  readonly key: string
  readonly bundle: string
  readonly far: string
  /** The settings of the far side: the same database, and no upstream that answers. */
  readonly farFlags: readonly string[]
  export(name: string, args: readonly string[]): Promise<string>
  import(bundle?: string, more?: readonly string[]): ReturnType<StoreWorld['run']>
}

/** Exports the first bundle, of what the arguments name. */
export async function airGap(t: TestContext, exported: readonly string[] = [], files = wideProgram): Promise<AirGap> {
  const world = await storeWorld(t, files)
  const far = join(await temporaryDirectory(t), 'far')
  const exportTo = async (name: string, args: readonly string[]) => {
    const { code, stdout, stderr } = await world.run(['bundle', 'export', '-o', name, ...args])
    assert.equal(code, 0, stdout + stderr)
    return join(world.cwd, name)
  }
  const bundle = await exportTo('one.bundle', exported)
  const key = (await world.run(['log', 'key'])).stdout.trim()
  const guard = join(far, '..', 'far.guard')
  const farSettings = ['--log-name', 'far.test/log', '--log-guard', guard, '--data', far]
  return {
    ...{ world, key, bundle, far },
    farFlags: [
      '--upstream',
      'off',
      '--sumdb',
      world.upstream.database.key,
      '--private',
      'private.example',
      '--offline',
    ].concat(farSettings.slice(0, 4)),
    export: exportTo,
    import: (from = bundle, more = ['--key', key]) =>
      world.run(['bundle', 'import', from, ...farSettings, ...more], { MODGATE_UPSTREAM: 'off', MODGATE_ROUTES: '' }),
  }
}

/** Module files that a data directory has. */
export async function moduleFiles(data: string): Promise<readonly string[]> {
  const names = await readdir(join(data, 'modules'), { recursive: true }).catch(() => [])
  return names.filter((name) => /\.(info|mod|zip)$/.test(name))
}
