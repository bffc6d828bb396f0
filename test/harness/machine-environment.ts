import { machineGoSettings } from '../../tools/components/index.ts'
import { output } from '../../tools/components/component.ts'

/** The machine's own module cache: a graph comes over the network once, not at every run. */
export async function machineEnvironment(): Promise<Record<string, string>> {
  const names = ['GOMODCACHE', 'GOPATH', 'GOCACHE']
  const values = (await output('go', ['env', ...names])).split('\n')
  const own = Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']))
  const more = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', GOENV: 'off', GOTOOLCHAIN: 'local' }
  return { ...(await machineGoSettings()), ...own, ...more }
}
