import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { parseDocument } from 'yaml'
import { loadServeConfig } from '../config/index.ts'
import { testMachine } from '../config/test-machine.ts'
import { referencePages } from './reference-pages.ts'

const pages = await referencePages()

describe('docs', () => {
  for (const [name, page] of Object.entries(pages)) {
    test(`${name} is what npm run docs writes`, async () => {
      const written = await readFile(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8')
      assert.equal(written, page, 'stale: run npm run docs')
    })
  }

  test('the example file of config.md is a right configuration', async () => {
    const yaml = /```yaml\n([^]*?)```/.exec(pages['reference/config.md'] ?? '')?.[1] ?? ''
    assert.ok(Object.keys(parseDocument(yaml).toJS() as object).length > 15)
    const { origins } = await loadServeConfig({}, testMachine({ files: { '/work/modgate.yaml': yaml } }))
    assert.equal(origins.memory.kind, 'file')
  })
})
