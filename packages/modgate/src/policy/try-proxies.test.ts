import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hop } from './route.ts'
import { listEntries, tryProxies, type ListEntry, type Rejection } from './try-proxies.ts'

const comma: Hop = { kind: 'proxy', url: 'https://comma.example', fallback: 'not-found' }
const pipe: Hop = { kind: 'proxy', url: 'https://pipe.example', fallback: 'any' }
const direct: Hop = { kind: 'direct' }
const off: Hop = { kind: 'off' }
const noproxy: ListEntry = { kind: 'noproxy' }

interface Named extends Rejection {
  readonly by: string
}

const absent = (by: string): Named => ({ by, absent: true })
const broken = (by: string): Named => ({ by, absent: false })

test('the rejection of the highest rank is reported, and of equals the last', () => {
  const rows: readonly [entries: readonly ListEntry[], rejections: readonly Named[], reported: string][] = [
    [[comma, comma], [absent('1'), absent('2')], '2'],
    [[comma, comma], [broken('1'), absent('2')], '1'],
    [[pipe, pipe], [broken('1'), broken('2')], '2'],
    [[pipe, comma], [broken('1'), absent('2')], '1'],
    [[pipe, off], [broken('1'), absent('off')], '1'],
    [[pipe, direct], [broken('1'), absent('direct')], 'direct'],
    [[noproxy, pipe], [absent('own'), broken('1')], 'own'],
    [[noproxy, comma], [{ ...absent('own'), notMine: true }, absent('1')], '1'],
  ]
  for (const [entries, rejections, reported] of rows) {
    let asked = 0
    const rejection = tryProxies(entries, () => rejections[asked++])
    assert.equal(rejection?.by, reported, JSON.stringify(entries))
  }
})

test('the walk ends at success', () => {
  let asked = 0
  const rejection = tryProxies([comma, pipe, direct], () => (++asked === 2 ? undefined : absent('1')))
  assert.deepEqual([rejection, asked], [undefined, 2])
})

test('GONOPROXY puts an entry in front, except before a lone direct', () => {
  assert.deepEqual(listEntries([comma], { GOPROXY: 'https://comma.example', GONOPROXY: '' }), [comma])
  assert.deepEqual(listEntries([off], { GOPROXY: 'off', GONOPROXY: 'a.example' }), [noproxy, off])
  assert.deepEqual(listEntries([direct], { GOPROXY: 'direct', GONOPROXY: 'a.example' }), [direct])
})
