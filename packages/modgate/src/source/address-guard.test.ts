import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  allowedAddresses,
  guardedLookup,
  publicAnd,
  refusalOf,
  systemResolver,
  type AddressGuard,
} from './address-guard.ts'

const closed = publicAnd([])
const some = publicAnd(['10.1.0.0/16', '127.0.0.1', 'fd00:1::/32', '169.254.169.0/24'])

const rows: readonly (readonly [address: string, nobody: boolean, listed: boolean])[] = [
  ['192.0.2.1', true, true],
  ['2606:4700::1111', true, true],
  ['10.1.2.3', false, true],
  ['10.2.0.1', false, false],
  ['::ffff:10.1.2.3', false, true],
  ['::ffff:a02:1', false, false],
  ['64:ff9b::a01:203', false, false],
  ['127.0.0.1', false, true],
  ['127.0.0.2', false, false],
  ['::1', false, false],
  ['fd00:1::5', false, true],
  ['fd00:2::5', false, false],
  ['169.254.169.254', false, true],
  ['169.254.1.1', false, false],
  ['100.100.100.200', false, false],
  ['fe80::1%eth0', false, false],
  ['0.0.0.0', false, false],
  ['localhost', false, false],
]

for (const [address, nobody, listed] of rows) {
  test(`${address} is ${nobody ? 'open' : 'closed'}, and ${listed ? 'open' : 'closed'} where networks are listed`, () => {
    assert.equal(closed(address), nobody)
    assert.equal(some(address), listed)
  })
}

test('what is no network is not listed in silence', () => {
  for (const text of ['', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', 'corp.example', '::/129', '10.0.0.0/-1', '127.1/8']) {
    assert.throws(() => publicAnd([text]), TypeError, text)
  }
}) // prettier-ignore

const guard = (...addresses: string[]): AddressGuard => ({
  allows: closed,
  resolve: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
})

test('of a name, the addresses that are open are connected to, and the others never', async () => {
  const found = await allowedAddresses('git.example', guard('10.0.0.1', '192.0.2.1', '::1', '2606:4700::1111'))
  assert.deepEqual(
    found.map(({ address }) => address),
    ['192.0.2.1', '2606:4700::1111'],
  )
  for (const addresses of [['127.0.0.1'], ['::ffff:127.0.0.1', 'fd00::1'], []]) {
    await assert.rejects(allowedAddresses('git.example', guard(...addresses)), { code: 'FORBIDDEN_ADDRESS' })
  }
})

test('an address is its own answer, and no resolver hears of it', async () => {
  const silent: AddressGuard = { allows: closed, resolve: () => Promise.reject(new Error('asked')) }
  assert.deepEqual(await allowedAddresses('[2606:4700::1111]', silent), [{ address: '2606:4700::1111', family: 6 }])
  await assert.rejects(allowedAddresses('127.0.0.1', silent), { code: 'FORBIDDEN_ADDRESS' })
})

test('a connection gets one address or all of them, as it asks, and the resolver\'s own error', async () => {
  const looked = (options: object, by: AddressGuard) =>
    new Promise((resolve, reject) => {
      guardedLookup(by)('git.example', options, (error, ...rest: unknown[]) => (error ? reject(error) : resolve(rest)))
    })
  const [first, second] = [{ address: '192.0.2.1', family: 4 }, { address: '192.0.2.2', family: 4 }]
  assert.deepEqual(await looked({}, guard('192.0.2.1', '192.0.2.2')), ['192.0.2.1', 4])
  assert.deepEqual(await looked({ all: true }, guard('192.0.2.1', '192.0.2.2')), [[first, second]])
  const failing = { allows: closed, resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })) }
  await assert.rejects(looked({}, failing), { code: 'ENOTFOUND' })
  await assert.rejects(looked({}, { allows: closed, resolve: systemResolver }), { code: /ENOTFOUND|EAI_AGAIN/ })
}) // prettier-ignore

test('a URL is refused for the address in it, in whatever spelling, and for being the gate', () => {
  const self = { ...guard(), isGate: ({ host }: URL) => host === 'gate.example:8080' }
  for (const host of ['127.0.0.1', '127.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '169.254.169.254', '[fd00:ec2::254]', '0']) {
    assert.match(refusalOf(new URL(`https://${host}/x`), self) ?? 'taken', /an address of a closed network/, host)
  }
  assert.match(refusalOf(new URL('https://gate.example:8080/x'), self) ?? 'taken', /this gate itself/)
  assert.equal(refusalOf(new URL('https://gate.example/x'), self), undefined)
  assert.equal(refusalOf(new URL('https://192.0.2.1/x'), self), undefined)
}) // prettier-ignore
