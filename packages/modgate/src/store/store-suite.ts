/** What every Store and every Checkpoints must hold: run by each implementation's test. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAll } from '../core/body.ts'
import type { Checkpoints, Content, Store, Verified } from '../core/ports.ts'

// Tests of a store make up their content; in the product only layer/verify does this.
const verified = (content: Content) => content as Verified<Content>
const text = (value: string) => verified(Buffer.from(value))
const tooLarge = () => new Error('too large')

/** Runs the claims against stores made by `make`. */
export function storeSuite(name: string, make: () => Promise<Store>): void {
  const read = async (store: Store, key: string) => {
    const body = await store.open(key)
    return body && Buffer.from(await readAll(body, 1 << 20, tooLarge)).toString()
  }

  test(`${name}: what is not there is undefined`, async () => {
    const store = await make()
    assert.equal(await store.open('a.example/m/@v/v1.0.0.mod'), undefined)
    assert.equal(await store.remove('a.example/m/@v/v1.0.0.mod'), false)
  })

  test(`${name}: the first content of a key stays`, async () => {
    const store = await make()
    assert.equal(await store.put('a.example/m/@v/v1.0.0.mod', text('first')), true)
    assert.equal(await store.put('a.example/m/@v/v1.0.0.mod', text('second')), false)
    assert.equal(await read(store, 'a.example/m/@v/v1.0.0.mod'), 'first')
  })

  test(`${name}: of many writers at once exactly one wins, and readers see whole content`, async () => {
    const store = await make()
    const values = Array.from({ length: 16 }, (_, i) => `${i}`.repeat(10_000))
    const won = await Promise.all(values.map((value) => store.put('k/v', text(value))))
    assert.equal(won.filter(Boolean).length, 1)
    assert.equal(await read(store, 'k/v'), values[won.indexOf(true)])
  })

  test(`${name}: a range reads that part`, async () => {
    const store = await make()
    await store.put('k', text('0123456789'))
    const body = await store.open('k')
    assert.equal(body?.size, 10)
    const chunks: string[] = []
    for await (const chunk of body.read({ start: 3, end: 7 })) chunks.push(Buffer.from(chunk).toString())
    assert.equal(chunks.join(''), '3456')
  })

  test(`${name}: bytes that were read stay as they are while others are read`, async () => {
    const store = await make()
    await store.put('a', text('a'.repeat(1000)))
    await store.put('b', text('b'.repeat(1000)))
    const first = await readAll((await store.open('a'))!, 1 << 20, tooLarge)
    await readAll((await store.open('b'))!, 1 << 20, tooLarge)
    assert.equal(Buffer.from(first).toString(), 'a'.repeat(1000))
  })

  test(`${name}: list gives the keys below a prefix, and only those`, async () => {
    const store = await make()
    for (const key of ['a/x/1', 'a/x/2', 'a/xy/3', 'b/4']) await store.put(key, text(key))
    const keys: string[] = []
    for await (const { key, size } of store.list('a/x')) {
      keys.push(key)
      assert.equal(size, key.length)
    }
    assert.deepEqual(keys.toSorted(), ['a/x/1', 'a/x/2'])
  })

  test(`${name}: what is quarantined is gone and may come anew`, async () => {
    const store = await make()
    await store.put('a/1', text('bad'))
    await store.quarantine('a/1', 'wrong hash')
    assert.equal(await store.open('a/1'), undefined)
    assert.equal(await store.put('a/1', text('good')), true)
  })

  for (const key of ['', '../x', 'a/../../x', '/etc/passwd', 'a//b', 'a/./b', 'a\\b', 'a\0b', 'a/', 'x'.repeat(5000)]) {
    test(`${name}: ${JSON.stringify(key.slice(0, 20))} is no key`, async () => {
      const store = await make()
      await assert.rejects(store.open(key), { code: 'bad-request' })
      await assert.rejects(store.put(key, text('x')), { code: 'bad-request' })
    })
  }
}

/** Runs the claims against checkpoints made by `make`. */
export function checkpointsSuite(name: string, make: () => Promise<Checkpoints>): void {
  const bytes = (value: string) => Buffer.from(value)

  for (const durable of [false, true]) {
    test(`${name}: replace swaps only what it was told stands there (durable: ${durable})`, async () => {
      const checkpoints = await make()
      assert.equal(await checkpoints.read('a/head'), undefined)
      assert.equal(await checkpoints.replace('a/head', bytes('x'), bytes('1'), { durable }), false)
      assert.equal(await checkpoints.replace('a/head', undefined, bytes('1'), { durable }), true)
      assert.equal(await checkpoints.replace('a/head', undefined, bytes('2'), { durable }), false)
      assert.equal(await checkpoints.replace('a/head', bytes('1'), bytes('2'), { durable }), true)
      assert.equal(Buffer.from((await checkpoints.read('a/head'))!.bytes).toString(), '2')
    })

    test(`${name}: write replaces whatever stands there (durable: ${durable})`, async () => {
      const checkpoints = await make()
      await checkpoints.write('a/b', bytes('1'))
      await checkpoints.replace('a/b', bytes('1'), bytes('2'), { durable })
      await checkpoints.write('a/b', bytes('3'))
      assert.deepEqual(Buffer.from((await checkpoints.read('a/b'))!.bytes), bytes('3'))
    })

    test(`${name}: touch changes the time alone (durable: ${durable})`, async () => {
      const checkpoints = await make()
      await checkpoints.touch('nothing/there')
      assert.equal(await checkpoints.read('nothing/there'), undefined)
      await checkpoints.replace('a', undefined, bytes('1'), { durable })
      const before = await checkpoints.read('a')
      await checkpoints.touch('a')
      const after = await checkpoints.read('a')
      assert.deepEqual(Buffer.from(after!.bytes), bytes('1'))
      assert.ok(after!.at >= before!.at)
    })

    test(`${name}: of many replacements of one value exactly one wins (durable: ${durable})`, async () => {
      const checkpoints = await make()
      await checkpoints.replace('n', undefined, bytes('0'))
      const won = await Promise.all(
        Array.from({ length: 8 }, (_, i) => checkpoints.replace('n', bytes('0'), bytes(`${i + 1}`), { durable })),
      )
      assert.equal(won.filter(Boolean).length, 1)
    })
  }

  test(`${name}: remove takes away only what it was told stands there`, async () => {
    const checkpoints = await make()
    assert.equal(await checkpoints.remove('a/b', bytes('1')), false)
    await checkpoints.replace('a/b', undefined, bytes('1'))
    assert.equal(await checkpoints.remove('a/b', bytes('2')), false)
    assert.equal(await checkpoints.remove('a/b', bytes('1')), true)
    assert.equal(await checkpoints.read('a/b'), undefined)
    assert.equal(await checkpoints.replace('a/b', undefined, bytes('3')), true)
  })
}
