import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAt, parsePlace } from './place.ts'

const rows: readonly (readonly [place: string, url: string, isThere: boolean])[] = [
  ['git.example/team/lib', 'https://git.example/team/lib', true],
  ['git.example/team/lib', 'https://git.example/team/lib.git', true],
  ['git.example/team/lib', 'https://git.example/team/lib.git/info/refs', true],
  ['git.example/team/lib', 'https://git.example/team/lib.gitx', false],
  ['git.example/team/lib', 'https://git.example/team/library', false],
  ['git.example/team/lib', 'http://git.example/team/lib', false],
  ['git.example', 'https://git.example/any', true],
  ['git.example', 'https://git.example:8443/any', false],
]

for (const [place, url, isThere] of rows) {
  test(`${url} is ${isThere ? '' : 'not '}at ${place}`, () => {
    assert.equal(isAt(parsePlace(place), new URL(url)), isThere)
  })
}
