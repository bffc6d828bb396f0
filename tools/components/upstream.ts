import { tmpdir } from 'node:os'
import { type Component, findOr, output } from './component.ts'

const wanted = 'github.com/gin-gonic/gin@v1.9.1'

/** The module proxy that this machine's Go uses, for the few tests with real modules. */
export const upstream: Component = {
  name: 'upstream',
  find: () =>
    findOr("the machine's module proxy cannot be reached", async () => {
      await output('go', ['list', '-m', wanted], { cwd: tmpdir(), env: { GOFLAGS: '-mod=mod' }, timeout: 60_000 })
      return { path: (await machineGoSettings())['GOPROXY']!, version: `has ${wanted}` }
    }),
}

/** What a gate needs of the machine's settings to reach the same upstream: Go's, and those of certificates and web proxies. */
export async function machineGoSettings(): Promise<Record<string, string>> {
  const names = ['GOPROXY', 'GOSUMDB']
  const values = (await output('go', ['env', ...names])).split('\n')
  const network = Object.entries(process.env).filter(([name]) => networkVariables.test(name)) as [string, string][]
  return Object.fromEntries([...names.map((name, index): [string, string] => [name, values[index] ?? '']), ...network])
}

const networkVariables = /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i
