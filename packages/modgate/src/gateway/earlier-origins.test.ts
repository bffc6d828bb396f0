import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesBody } from '../core/body.ts'
import type { StoredEntry } from '../store/entries.ts'
import type { FileFacts } from '../store/entry-facts.ts'
import { memoryCheckpoints } from '../store/memory-store.ts'
import { noteEarlierOrigins } from './earlier-origins.ts'

const url = 'https://code.example/team/lib.git'
const info = JSON.stringify({ Version: 'v1.0.0', Origin: { VCS: 'git', URL: url, Hash: 'a'.repeat(40) } })
const fact = (source: string): FileFacts => ({ size: 1, hash: 'h', trust: 'first-seen', source, firstSeen: 't' })

interface Row {
  readonly path: string
  readonly source?: string
  readonly text?: string
  readonly files?: StoredEntry['files']
}

const rows: readonly Row[] = [
  { path: 'go.example/lib' },
  { path: 'go.example/by-proxy', source: 'https://proxy.example' },
  { path: 'go.example/silent', text: '{"Version":"v1.0.0"}' },
  { path: 'go.example/broken', text: 'oops' },
  { path: 'go.example/without', files: { mod: 1 } },
  { path: 'routed.example/lib' },
]

function world() {
  const noted: string[] = []
  let walks = 0
  const rowOf = (path: string) => rows.find((row) => row.path === path)!
  const options = {
    book: { note: async (module: { path: string; url: string }) => void noted.push(`${module.path} ${module.url}`) },
    entries: {
      async *list() {
        walks++
        for (const { path, files = { info: 1 } } of rows)
          yield { path, version: 'v1.0.0', files, bytes: 1, hasFacts: true, lastAsked: 0 }
      },
    },
    store: {
      open: async (key: string) => bytesBody(Buffer.from(rowOf(key.slice(0, key.indexOf('/@v/'))).text ?? info)),
    },
    facts: { reread: async ({ path }: { path: string }) => ({ info: fact(rowOf(path).source ?? url) }) },
    checkpoints: memoryCheckpoints({ now: () => 0 }),
    clock: { sleep: async () => undefined },
    isDirect: (path: string) => !path.startsWith('routed.'),
  }
  return { options, noted, walks: () => walks }
}

test('what a repository gave is noted, once a store, and nothing else', async () => {
  const { options, noted, walks } = world()
  for (let start = 0; start < 2; start++) await noteEarlierOrigins(options, new AbortController().signal)
  assert.deepEqual([noted, walks()], [[`go.example/lib ${url}`], 1])
})

test('a walk that was broken off begins anew with the next gate', async () => {
  const { options, noted } = world()
  await noteEarlierOrigins(options, AbortSignal.abort())
  assert.deepEqual(noted, [])
  await noteEarlierOrigins(options, new AbortController().signal)
  assert.deepEqual(noted, [`go.example/lib ${url}`])
})
