import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { type Component, type Found, findOr, output } from './component.ts'

/** The installed Go toolchain: the judge of everything that the gate says. */
export const go: Component = {
  name: 'go',
  find: () => findOr('no go command on this machine; install Go 1.22 or newer', installed),
}

/** An older toolchain, brought by the installed one through the machine's own module proxy into its module cache. */
export const olderGo: Component = {
  name: 'older-go',
  find: () => findOr(`no toolchain ${older} in the module cache; npm test brings it`, findOlder),
  install: async () => {
    await output('go', ['version'], { env: { GOTOOLCHAIN: older, GOFLAGS: '' } })
  },
}

const older = 'go1.22.12'

async function installed(): Promise<Found> {
  const root = await output('go', ['env', 'GOROOT'], { env: { GOTOOLCHAIN: 'local' } })
  return describe(join(root, 'bin', 'go'))
}

async function findOlder(): Promise<Found> {
  const [cache, system, machine] = (await output('go', ['env', 'GOMODCACHE', 'GOOS', 'GOARCH'])).split('\n')
  return describe(join(cache!, 'golang.org', `toolchain@v0.0.1-${older}.${system}-${machine}`, 'bin', 'go'))
}

async function describe(path: string): Promise<Found> {
  await access(path, constants.X_OK)
  return { path, version: await output(path, ['env', 'GOVERSION'], { env: { GOTOOLCHAIN: 'local', GOFLAGS: '' } }) }
}
