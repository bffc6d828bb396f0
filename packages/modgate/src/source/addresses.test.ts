import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mayRedirect, networkOf, type Network } from './addresses.ts'

const rows: readonly [Network, readonly string[]][] = [
  ['loopback', ['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1']],
  ['link-local', ['169.254.169.254', '0.0.0.0', '::', 'fe80::1', 'fe80::1%eth0', 'febf::1', '224.0.0.1', 'ff02::1']],
  ['link-local', ['255.255.255.255', '240.0.0.1', '100::1', '168.63.129.16']],
  ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '100.127.255.255']],
  [
    'private',
    ['192.0.0.1', '198.18.0.1', '198.19.255.255', 'fc00::1', 'fd00:ec2::254', 'fec0::1', '64:ff9b:1::7f00:1'],
  ],
  ['public', ['8.8.8.8', '172.32.0.1', '172.15.255.255', '100.128.0.1', '2606:4700::1111', '11.0.0.1', '192.169.0.1']],
]

for (const [network, addresses] of rows) {
  test(`${addresses.join(', ')} belong to the ${network} network`, () => {
    for (const address of addresses) assert.equal(networkOf(address), network, address)
  })
}

test('what is no address is where nobody may lead', () => {
  for (const text of ['', 'localhost', '1.2.3', '127.1', 'fe80:::1']) assert.equal(networkOf(text), 'link-local', text)
})

const embedded: readonly [form: string, write: (high: string, low: string, dotted: string) => string][] = [
  ['mapped, dotted', (_high, _low, dotted) => `::ffff:${dotted}`],
  ['mapped, in hexadecimal', (high, low) => `::ffff:${high}:${low}`],
  ['mapped, in full', (high, low) => `0:0:0:0:0:FFFF:${high}:${low}`],
  ['translated', (high, low) => `::ffff:0:${high}:${low}`],
  ['NAT64, dotted', (_high, _low, dotted) => `64:ff9b::${dotted}`],
  ['NAT64, in hexadecimal', (high, low) => `64:ff9b::${high}:${low}`],
  ['6to4', (high, low) => `2002:${high}:${low}::1`],
]

for (const [form, write] of embedded) {
  test(`an IPv4 address inside an IPv6 one counts as what it stands for: ${form}`, () => {
    const octet = fc.oneof(fc.constantFrom(0, 10, 127, 169, 172, 192, 254, 255), fc.nat(255))
    fc.assert(
      fc.property(octet, octet, octet, octet, (a, b, c, d) => {
        const [high, low] = [((a << 8) | b).toString(16), ((c << 8) | d).toString(16)]
        const dotted = `${a}.${b}.${c}.${d}`
        assert.equal(networkOf(write(high, low, dotted)), networkOf(dotted), dotted)
      }),
    )
  })
}

test('a redirect leads to the public or to the like, and never to link-local addresses', () => {
  const networks: readonly Network[] = ['public', 'private', 'loopback', 'link-local']
  for (const from of networks) {
    assert.deepEqual(
      networks.filter((to) => mayRedirect(from, to)),
      from === 'public' || from === 'link-local' ? ['public'] : ['public', from],
    )
  }
})
