import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SettingError } from '@modgate/gomod/goenv'
import { publicPlace, recordedList } from './recorded-list.ts'

const rows: readonly (readonly [goproxy: string, value: string, kept: readonly string[], hasDirect: boolean])[] = [
  ['https://a.example', 'B/0', [], false],
  ['https://a.example,direct', 'B/0,direct', [], true],
  ['https://a.example|b.example/go,off', 'B/0|B/1,off', [], false],
  ['direct', 'direct', [], true],
  ['off', 'off', [], false],
  [' https://a.example , , https://b.example | direct,https://never.example', 'B/0,B/1|direct', [], true],
  ['https://me:secret@a.example', 'B/0', [], false],
  ['file:///srv/mods|https://a.example', 'file:///srv/mods|B/0', ['file:///srv/mods'], false],
  ['http://me:secret@a.example,https://b.example', 'http://me:secret@a.example,B/0', ['a.example'], false],
]
for (const [goproxy, value, kept, hasDirect] of rows) {
  test(`${goproxy} stays a list that the go command walks alike`, () => {
    const list = recordedList(goproxy)
    assert.deepEqual([list.valueAt('B'), list.kept, list.hasDirect], [value, kept, hasDirect])
  })
}

test('what the go command refuses is refused in its words', () => {
  assert.throws(() => recordedList('none'), SettingError)
})

test('a place is shown without what is secret', () => {
  assert.equal(publicPlace(new URL('https://me:secret@a.example:8443/go/?token=x#y')), 'https://a.example:8443/go')
})
