import { access, mkdir, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Component, findOr, output } from './component.ts'

const tools = resolve(import.meta.dirname, '..')
const built = resolve(tools, '../node_modules/.cache/components')

/** A Go program of ours below `tools/`, built by the machine's own go; `what` is what it is, in words. */
export function goProgram(name: string, what: string): Component {
  const source = join(tools, name)
  const program = join(built, name)
  return {
    name,
    find: () =>
      findOr(`${what} is not built; npm test builds it`, async () => {
        const files = (await readdir(source)).map((file) => join(source, file))
        const [made, ...sources] = await Promise.all([program, ...files].map((path) => stat(path)))
        if (sources.some(({ mtimeMs }) => mtimeMs > made!.mtimeMs)) throw new Error('it is older than its source')
        return { path: program, version: 'x/mod' }
      }),
    install: async () => {
      await access(join(source, 'go.mod'))
      await mkdir(built, { recursive: true })
      // Nothing of the machine's settings but its module proxy: no flags, no workspace, no look at the repository around.
      const env = { GOTOOLCHAIN: 'local', GOFLAGS: '', GOWORK: 'off' }
      await output('go', ['build', '-trimpath', '-buildvcs=false', '-o', program, '.'], { cwd: source, env })
    },
  }
}
