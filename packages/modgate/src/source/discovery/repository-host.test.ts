import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publicAnd, type AddressGuard } from '../address-guard.ts'
import { failsWith } from '../test-peers.ts'
import { pinned, repositoryHosts } from './repository-host.ts'

const names: Readonly<Record<string, readonly string[]>> = {
  'git.example': ['192.0.2.1', '10.0.0.9', '2606:4700::1111'],
  'inside.example': ['10.0.0.1'],
  'rebound.example': ['::ffff:127.0.0.1'],
}

const guard: AddressGuard = {
  allows: publicAnd([]),
  resolve: async (host) => {
    const addresses = names[host]
    if (!addresses) throw Object.assign(new Error('no'), { code: 'ENOTFOUND' })
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  },
  isGate: ({ host }) => host === 'gate.example',
}

const hosts = (proxied = false) =>
  repositoryHosts({ guard, isInsecure: (path) => path === 'in.example', proxied: () => proxied })
const root = (url: string, vcs: 'git' | 'mod' = 'git') => ({ vcs, url, root: 'v.example/lib', subdirectory: '' })

const refused: readonly (readonly [url: string, words: RegExp])[] = [
  ['https://127.0.0.1/lib', /an address of a closed network/],
  ['https://[::1]/lib', /an address of a closed network/],
  ['ssh://git@[::ffff:10.0.0.1]/lib', /an address of a closed network/],
  ['https://169.254.169.254/latest', /an address of a closed network/],
  ['https://inside.example/lib', /inside.example, which has only closed addresses/],
  ['ssh://git@rebound.example/lib', /only closed addresses/],
  ['https://gate.example/lib', /this gate itself/],
]

for (const [url, words] of refused) {
  test(`no repository is fetched from ${url}, now or later, with a proxy or without`, async () => {
    for (const proxied of [false, true]) {
      await assert.rejects(hosts(proxied).check(root(url)), failsWith('address-refused', words))
      await assert.rejects(hosts(proxied).refuse(root(url)), failsWith('address-refused', words))
    }
  })
}

test('a name that nobody knows stops a fetch, and not what is remembered', async () => {
  const gone = root('https://gone.example/lib')
  await assert.rejects(hosts().check(gone), failsWith('upstream-unreachable', /gone.example has no address: ENOTFOUND/))
  await hosts().refuse(gone)
  assert.deepEqual((await hosts(true).check(gone)).addresses, [])
  await assert.rejects(hosts(true).check(root('ssh://gone.example/lib')), failsWith('upstream-unreachable'))
})

test('what is no URL is refused here as well', async () => {
  await assert.rejects(hosts().check(root('ext::sh -c x')), failsWith('discovery-invalid'))
  await assert.rejects(hosts().check(root('http://git.example/x')), failsWith('discovery-invalid'))
  assert.equal((await hosts().check({ ...root('http://git.example/x'), root: 'in.example' })).port, 80)
})

test('git connects to the addresses that were checked, and follows nobody from there', async () => {
  const access = pinned(await hosts().check(root('https://git.example/lib')))
  assert.deepEqual(access, {
    config: [
      ['http.followRedirects', 'false'],
      ['http.curloptResolve', 'git.example:443:192.0.2.1,[2606:4700::1111]'],
    ],
    ssh: [],
  })
})

test('ssh connects to the address that was checked, and knows the host by its name', async () => {
  const usual = pinned(await hosts().check(root('ssh://git@git.example/lib')))
  assert.deepEqual(usual.ssh, ['-o', 'HostName=192.0.2.1', '-o', 'HostKeyAlias=git.example'])
  const other = pinned(await hosts().check(root('ssh://git@git.example:2222/lib')))
  assert.deepEqual(other.ssh, ['-o', 'HostName=192.0.2.1', '-o', 'HostKeyAlias=[git.example]:2222'])
})

test('an address needs no pin', async () => {
  assert.deepEqual(pinned(await hosts().check(root('ssh://192.0.2.7/lib'))), { config: [], ssh: [] })
  assert.equal(pinned(await hosts().check(root('https://192.0.2.7/lib'))).config.length, 1)
})
