import assert from 'node:assert/strict'
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { generateKey } from '@modgate/gomod/note'
import { bytesBody, readAll } from '../core/body.ts'
import { Failure } from '../core/failure.ts'
import { databaseKeys, databaseName, testModule } from '../gateway/test-world.ts'
import type { Contents } from './contents.ts'
import type { PlannedFile } from './evidence.ts'
import { formatManifest, parseManifest } from './manifest.ts'
import { paddingOf, parseTarHeader, tarHeader } from './tar.ts'
import { signer, testBundle, type TestBundle } from './test-bundle.ts'

test('a bundle is proved under both of its databases, and has its files, lists, records and tiles', async (t) => {
  const bundle = await testBundle(t)
  const check = await bundle.check(bundle.path)
  assert.deepEqual(check.problems, [])
  assert.deepEqual([check.signer, check.strangers], ['exporter.example', []])
  assert.deepEqual(
    check.databases.map(({ name, size }) => [name, size]),
    [[databaseName, 302], ['exporter.example', 3]], // prettier-ignore
  )
  const keys = bundle.contents.files.map(({ key }) => key)
  assert.equal(keys.filter((key) => /\.(info|mod|zip)$/.test(key) && !key.startsWith('sumdb/')).length, 9)
  assert.ok(keys.includes('a.example/!upper/@v/list') && keys.includes(`sumdb/${databaseName}/supported`))
  assert.ok(keys.some((key) => key.startsWith(`sumdb/${databaseName}/tile/8/0/001.p/`)))
  assert.ok(!keys.some((key) => key.startsWith(`sumdb/${databaseName}/lookup/private`)))
})

/** What a check says of a file that may not even open. */
async function saidOf(bundle: TestBundle, path: string): Promise<readonly string[]> {
  try {
    return (await bundle.check(path)).problems.map(({ file, why }) => `${file} ${why}`)
  } catch (error) {
    if (error instanceof Failure && ['bundle-invalid', 'bundle-signer'].includes(error.code)) return [error.message]
    throw error
  }
}

test('a byte that is changed anywhere is found, and the file that it is in or beside is named', async (t) => {
  const bundle = await testBundle(t)
  const whole = await readFile(bundle.path)
  const changed = `${bundle.path}.changed`
  const check = async (at: number, by: number) => {
    const bytes = Buffer.from(whole)
    bytes[at]! ^= by
    await writeFile(changed, bytes)
    const said = await saidOf(bundle, changed)
    assert.ok(said.length > 0, `nobody noticed byte ${at}`)
  }
  const places = fc.tuple(fc.nat(whole.byteLength - 1), fc.integer({ min: 1, max: 255 }))
  await fc.assert(fc.asyncProperty(places, ([at, by]) => check(at, by)), { numRuns: 80 }) // prettier-ignore
  for (let at = 0; at < whole.byteLength; at += 1013) await check(at, 1)
})

test('a change is told by the file that it is in', async (t) => {
  const bundle = await testBundle(t)
  const whole = await readFile(bundle.path)
  const changed = `${bundle.path}.changed`
  const zip = 'a.example/!upper/@v/v1.0.0.zip'
  const header = whole.indexOf(zip, whole.indexOf('modgate-bundle.note'))
  const note = whole.indexOf('— exporter.example ')
  for (const [at, said] of [
    [0, /its beginning is not that of a bundle/],
    [600, /modgate-bundle\.json is no manifest|signs another manifest/],
    [note + 40, /modgate-bundle\.note is no signature: invalid signature/],
    [header + 130, new RegExp(`^${zip} has another header in the archive`)],
    [header + 512, new RegExp(`^${zip} has another content than was signed`)],
    [whole.byteLength - 1, /its end has something behind its content/],
  ] as const) {
    const bytes = Buffer.from(whole)
    bytes[at]! ^= 1
    await writeFile(changed, bytes)
    assert.match((await saidOf(bundle, changed)).join('\n'), said)
  }
})

test('a bundle that is cut off, or has something behind it, is no bundle', async (t) => {
  const bundle = await testBundle(t)
  const whole = await readFile(bundle.path)
  const path = `${bundle.path}.cut`
  for (const length of [0, 511, 600, whole.byteLength - 30_000, whole.byteLength - 1]) {
    await writeFile(path, whole)
    await truncate(path, length)
    assert.ok((await saidOf(bundle, path)).length > 0, String(length))
  }
  await writeFile(path, whole)
  await appendFile(path, '\0')
  assert.match((await saidOf(bundle, path)).join('\n'), /its length is \d+ bytes instead of \d+/)
})

const planned = (key: string, bytes: Uint8Array): PlannedFile => ({ key, open: async () => bytesBody(bytes) })
const byKey = (files: readonly PlannedFile[]) => files.toSorted((a, b) => (a.key < b.key ? -1 : 1))
const replaced = (contents: Contents, ...more: readonly PlannedFile[]): Contents => {
  const keys = new Set(more.map(({ key }) => key))
  return { ...contents, files: byKey([...contents.files.filter(({ key }) => !keys.has(key)), ...more]) }
}
const contentOf = async ({ files }: Contents, key: string) =>
  Buffer.from(
    await readAll(await files.find((file) => file.key === key)!.open(), 1 << 20, () => new Error('too large')),
  )

const upper = 'a.example/!upper'
const forged = await testModule({ path: 'a.example/Upper', content: 'package forged\n' })

/** What somebody with a key that is believed may try, and what is said of it. */
const lies: readonly (readonly [
  claim: string,
  lie: (contents: Contents) => Promise<Contents> | Contents,
  said: RegExp,
])[] = [
  [
    'another zip',
    (honest) => replaced(honest, planned(`${upper}/@v/v1.0.0.zip`, forged.zip)),
    /v1\.0\.0\.zip has h1:.*, but the record of sum\.example has h1:/,
  ],
  [
    'another go.mod',
    (honest) => replaced(honest, planned(`${upper}/@v/v1.0.0.mod`, Buffer.from('module a.example/Upper\n'))),
    /v1\.0\.0\.mod has h1:.*, but the record of sum\.example has h1:/,
  ],
  [
    'an info of another version',
    (honest) => replaced(honest, planned(`${upper}/@v/v1.0.0.info`, Buffer.from('{"Version":"v1.0.1"}'))),
    /v1\.0\.0\.info the answer is for version v1\.0\.1/,
  ],
  [
    'a zip that is none',
    (honest) => replaced(honest, planned(`${upper}/@v/v1.0.0.zip`, Buffer.from('PK'))),
    /v1\.0\.0\.zip /,
  ],
  [
    'a record with other hashes',
    async (honest) => {
      const key = `sumdb/${databaseName}/lookup/${upper}@v1.0.0`
      const text = (await contentOf(honest, key)).toString().replace(/h1:..../, 'h1:AAAA')
      return replaced(honest, planned(key, Buffer.from(text)))
    },
    /lookup\/a\.example\/!upper@v1\.0\.0 cannot be proved: /,
  ],
  [
    'a record that is left out',
    (honest) => ({ ...honest, files: honest.files.filter(({ key }) => !key.includes(`/lookup/${upper}`)) }),
    /v1\.0\.0\.zip has no record in a database that is believed/,
  ],
  [
    'a tile of another tree',
    (honest) => replaced(honest, planned(`sumdb/${databaseName}/tile/8/0/000`, Buffer.alloc(256 * 32, 7))),
    /sumdb\/sum\.example\/.* cannot be proved: /,
  ],
  [
    'a head of another key',
    (honest) => {
      const other = generateKey(databaseName, new Uint8Array(32).fill(1)).verifier
      return { ...honest, databases: honest.databases.map((each) => (each.name === databaseName ? { ...each, key: other } : each)) } // prettier-ignore
    },
    /sumdb\/sum\.example has another key than the database that is known here/,
  ],
  [
    'a database that is not announced',
    (honest) => ({ ...honest, databases: honest.databases.filter(({ name }) => name !== databaseName) }),
    /sumdb\/sum\.example\/latest is of no database/,
  ],
  [
    'a name that climbs',
    (honest) => replaced(honest, planned('../../etc/passwd', Buffer.from('x'))),
    /which is no file of a bundle/,
  ],
  [
    'a name from the root',
    (honest) => replaced(honest, planned('/etc/x/@v/list', Buffer.from('x'))),
    /which is no file of a bundle/,
  ],
  [
    'a name that is spelled otherwise',
    (honest) => replaced(honest, planned('a.example/Upper/@v/v1.0.0.zip', forged.zip)),
    /which is no file of a bundle/,
  ],
  [
    'a name with a backslash',
    (honest) => replaced(honest, planned('a.example\\..\\x/@v/list', Buffer.from('x'))),
    /which is no file of a bundle/,
  ],
  [
    'a file of the house',
    (honest) => replaced(honest, planned('a.example/!upper/@v/v1.0.0.entry', Buffer.from('{}'))),
    /which is no file of a bundle/,
  ],
  [
    'an answer that ages',
    (honest) => replaced(honest, planned('a.example/!upper/@latest', Buffer.from('{}'))),
    /which is no file of a bundle/,
  ],
]

for (const [claim, lie, said] of lies) {
  test(`a signer who puts in ${claim} is found out`, async (t) => {
    const bundle = await testBundle(t)
    assert.match((await saidOf(bundle, await bundle.write(await lie(bundle.contents)))).join('\n'), said)
  })
}

test('a stranger is not believed, and without a signer only what the known database proves counts', async (t) => {
  const bundle = await testBundle(t)
  const stranger = await bundle.write(bundle.contents, generateKey('stranger.example').signer)
  await assert.rejects(bundle.check(stranger), (error) => error instanceof Failure && error.code === 'bundle-signer')
  const { problems, strangers } = await bundle.check(stranger, { anySigner: true, signers: [] })
  assert.deepEqual(strangers, ['exporter.example'])
  assert.deepEqual(
    problems.map(({ file, why }) => `${file} ${why}`),
    ['mod', 'zip'].map((kind) => `private.example/m/@v/v1.0.0.${kind} has no record in a database that is believed`),
  )
})

test('a header has one spelling, of any name and size', () => {
  const names = fc.string({ unit: fc.constantFrom('a', '/', '!', '.', 'ä'), minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(names, fc.nat(8 ** 10), (name, size) => {
      const header = tarHeader({ name, size })
      assert.equal(header.byteLength % 512, 0)
      assert.equal((size + paddingOf(size)) % 512, 0)
      const isShort = /^[\x20-\x7e]*$/.test(name) && name.length <= 100
      assert.deepEqual(parseTarHeader(header), isShort ? { name, size } : undefined)
      if (isShort) return
      // The record of a long name counts its own length.
      const pax = Buffer.from(header.subarray(512)).toString()
      assert.equal(Buffer.byteLength(pax.slice(0, pax.indexOf('\n') + 1)), Number.parseInt(pax, 10))
    }),
  )
})

const sha = '0'.repeat(64)
test('a manifest is read as it was written, and in no other spelling', () => {
  const file = { key: 'a.example/m/@v/v1.0.0.mod', size: 1, sha256: sha }
  const manifest = {
    databases: [{ name: databaseName, key: databaseKeys.verifier, size: 1, root: 'r' }],
    files: [file],
    base: { manifest: sha, files: [{ ...file, key: 'a.example/m/@v/v1.0.0.zip' }] },
  }
  const bytes = Buffer.from(formatManifest(manifest))
  assert.deepEqual(parseManifest(bytes), manifest)
  const text = bytes.toString()
  for (const other of [
    ` ${text}`,
    text.replace('"size":1', '"size":1.0'),
    text.replace('"size":1', '"size":-1'),
    '[]',
    '',
  ])
    // prettier-ignore
    assert.ok('not' in parseManifest(Buffer.from(other)), other)
  assert.ok('not' in parseManifest(Buffer.from(formatManifest({ ...manifest, files: [file, file] }))))
})

test('a key of the exporter signs bundles, and nothing that a client takes for a tree head', async (t) => {
  const bundle = await testBundle(t)
  const note = (await readFile(bundle.path)).toString('latin1')
  assert.match(note, /modgate bundle 1\nsha256 [0-9a-f]{64}\n\n/)
  assert.ok(!note.includes(signer.signer))
})
