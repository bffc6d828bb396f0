import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failsWith } from '../test-peers.ts'
import type { Repository } from './code-host.ts'
import { byUrl, repositories } from './repositories.ts'

const root = (vcs: 'git' | 'hg' | 'mod', url = 'https://code.example/lib') => {
  return { vcs, url, root: 'code.example/lib', subdirectory: '' }
}
const made = (): Repository => ({ open: () => Promise.reject(new Error('not opened here')) })

test('a system that is switched off is refused, with the setting that switches it on', () => {
  const only = repositories({ git: made })
  assert.throws(
    () => only(root('hg')),
    (error) => {
      const words = failsWith('vcs-unsupported', /kept in hg, which is switched off/)
      assert.match((error as { readonly next: string }).next, /--vcs \(MODGATE_VCS\): git,hg; the program hg /)
      return words(error)
    },
  )
  assert.ok(only(root('git')))
})

test('one URL is one repository, until a thousand others were asked for since', () => {
  const at = byUrl(made)
  const first = at(root('hg'))
  assert.equal(at(root('hg')), first)
  for (let number = 0; number < 999; number++) at(root('hg', `https://code.example/${number}`))
  assert.equal(at(root('hg')), first)
  for (let number = 0; number < 1_000; number++) at(root('hg', `https://other.example/${number}`))
  assert.notEqual(at(root('hg')), first)
})
