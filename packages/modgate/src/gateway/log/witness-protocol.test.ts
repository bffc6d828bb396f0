import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateCosignatureKey, newCosignatureVerifier } from '@modgate/gomod/note'
import fc from 'fast-check'
import { readVerdict } from './witness-protocol.ts'

test('whatever an answer holds, it is read without a throw, and makes no cosignature', () => {
  const verifier = newCosignatureVerifier(generateCosignatureKey('witness.example/w1').verifier)
  const lines = fc.oneof(
    fc.string(),
    fc.base64String().map((text) => `— ${verifier.name} ${text}\n`),
  )
  const type = fc.constantFrom('text/plain', 'text/x.tlog.size')
  fc.assert(
    fc.property(fc.constantFrom(200, 204, 301, 400, 409, 422, 500), type, lines, (status, type, text) => {
      const { kind } = readVerdict({ status, type, text }, 'gate.example\n1\nroot\n\n— gate.example x\n', verifier)
      assert.notEqual(kind, 'cosigned')
      assert.equal(kind === 'size', status === 409 && type !== 'text/plain' && /^(0|[1-9]\d{0,15})\n$/.test(text))
    }),
  )
})
