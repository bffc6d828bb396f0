import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modulePath } from './module-path.ts'

test('the module path is found without reading the rest', () => {
  const rows: [source: string, path: string][] = [
    ['module example.com/m\n', 'example.com/m'],
    ['// c\n\n  module\t"example.com/m" // c\r\n', 'example.com/m'],
    ['module `a b`', 'a b'],
    ['/* broken\nmodule x', 'x'],
    ['module "x', ''],
    ['module "x"y\nmodule z', ''],
    ['modulex y\nmodule', ''],
    ['module // c\nmodule z', 'z'],
    ['module "" \nmodule z', ''],
    ['module a b', 'a b'],
    ['', ''],
  ]
  for (const [source, path] of rows) {
    assert.equal(modulePath(source), path, source)
    assert.equal(modulePath(Buffer.from(source)), path, source)
  }
})
