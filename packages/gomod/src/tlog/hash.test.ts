import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyTreeHash, equalHashes, formatHash, nodeHash, parseHash, recordHash, TlogError } from './index.ts'

// Test vectors of RFC 6962 implementations (Certificate Transparency's merkle tree tests).
test('leaves, nodes and the empty tree hash as RFC 6962 says', () => {
  const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
  assert.equal(hex(emptyTreeHash()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  const empty = recordHash(new Uint8Array())
  assert.equal(hex(empty), '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  const zero = recordHash(Uint8Array.of(0))
  assert.equal(hex(nodeHash(empty, zero)), 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125')
})

test('a leaf never hashes like a node over the same bytes', () => {
  const left = recordHash(Uint8Array.of(1))
  assert.equal(equalHashes(recordHash(Buffer.concat([left, left])), nodeHash(left, left)), false)
})

test('a node is not made of anything but hashes', () => {
  const left = recordHash(Uint8Array.of(1))
  for (const right of [new Uint8Array(), left.subarray(1), Buffer.concat([left, left])]) {
    assert.throws(() => nodeHash(left, right), TlogError)
    assert.throws(() => nodeHash(right, left), TlogError)
  }
})

test('the text of a hash is read back, and nothing else is read', () => {
  const hash = recordHash(Uint8Array.of(1))
  assert.deepEqual(Buffer.from(parseHash(formatHash(hash))), Buffer.from(hash))
  for (const text of ['', 'AAAA', formatHash(hash).slice(0, -1), `${formatHash(hash)}\n`, '_'.repeat(43) + '=']) {
    assert.throws(() => parseHash(text), TlogError)
  }
})
