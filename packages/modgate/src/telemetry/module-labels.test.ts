import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ModuleLimit } from './module-labels.ts'

test('modules beyond the limit, and their versions, are other', () => {
  const limit = new ModuleLimit(2)
  assert.deepEqual(limit.labels('a.example/1', 'v1.0.0', 200), { module: 'a.example/1', version: 'v1.0.0' })
  assert.deepEqual(limit.labels('a.example/2', undefined, 200), { module: 'a.example/2', version: '' })
  assert.deepEqual(limit.labels('a.example/3', 'v1.0.0', 200), { module: 'other', version: 'other' })
  assert.deepEqual(limit.labels('a.example/1', 'v1.0.0', 404), { module: 'a.example/1', version: 'v1.0.0' })
})

test('versions beyond 8 for each place are other, under their module', () => {
  const limit = new ModuleLimit(1)
  const versions = Array.from({ length: 9 }, (_, minor) => limit.labels('a.example/m', `v1.${minor}.0`, 200).version)
  assert.deepEqual(versions.slice(-2), ['v1.7.0', 'other'])
})

test('names that do not exist take a quarter of the places at most', () => {
  const limit = new ModuleLimit(8)
  const refused = Array.from({ length: 5 }, (_, index) => limit.labels(`x.example/${index}`, 'v1.0.0', 404).module)
  assert.deepEqual(refused, ['x.example/0', 'x.example/1', 'other', 'other', 'other'])
  assert.equal(limit.labels('x.example/4', 'v1.0.0', 200).module, 'x.example/4')
})

test('a limit of 0 gives no module a series of its own', () => {
  assert.deepEqual(new ModuleLimit(0).labels('a.example/m', 'v1.0.0', 200), { module: 'other', version: 'other' })
})
