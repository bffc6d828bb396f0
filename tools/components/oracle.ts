import { access, mkdir, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Component, findOr, output } from './component.ts'

const source = resolve(import.meta.dirname, '../oracle')
const program = resolve(import.meta.dirname, '../../node_modules/.cache/components/oracle')

/** A small program over golang.org/x/mod that differential tests ask: what would Go answer? */
export const oracle: Component = {
  name: 'oracle',
  find: () =>
    findOr('the x/mod oracle is not built; npm test builds it', async () => {
      const files = (await readdir(source)).map((name) => join(source, name))
      const [built, ...sources] = await Promise.all([program, ...files].map((path) => stat(path)))
      if (sources.some(({ mtimeMs }) => mtimeMs > built!.mtimeMs)) throw new Error('it is older than its source')
      return { path: program, version: 'x/mod' }
    }),
  install: async () => {
    await access(join(source, 'go.mod'))
    await mkdir(resolve(program, '..'), { recursive: true })
    // Nothing of the machine's settings but its module proxy: no flags, no workspace, no look at the repository around.
    const env = { GOTOOLCHAIN: 'local', GOFLAGS: '', GOWORK: 'off' }
    await output('go', ['build', '-trimpath', '-buildvcs=false', '-o', program, '.'], { cwd: source, env })
  },
}
