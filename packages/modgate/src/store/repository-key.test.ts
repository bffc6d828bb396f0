import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repositoryKey } from './repository-key.ts'

const lib = 'code.corp.example/team/lib'

const rows: readonly (readonly [claim: string, url: string, key: string | undefined])[] = [
  ['https', 'https://code.corp.example/team/lib.git', lib],
  ['a page for people', 'https://code.corp.example/team/lib', lib],
  ['a slash at the end', 'https://code.corp.example/team/lib/', lib],
  ['a port', 'https://code.corp.example:8443/team/lib.git', lib],
  ['a user in it', 'https://bob@code.corp.example/team/lib.git', lib],
  ['ssh', 'ssh://git@Code.corp.example:7999/team/lib.git', lib],
  ['the form that ssh takes', 'git@code.corp.example:team/lib.git', lib],
  ['another case', 'https://CODE.corp.example/Team/Lib.git', lib],
  ['a deeper path', 'https://code.corp.example/a/b/c.git', 'code.corp.example/a/b/c'],
  ['a host alone', 'https://code.corp.example/', undefined],
  ['a file', 'file:///srv/git/lib.git', undefined],
  ['a program', 'ext::sh -c true', undefined],
  ['words', 'not a url', undefined],
  ['nothing', '', undefined],
  ['no end', `https://code.corp.example/${'a'.repeat(5000)}`, undefined],
]

for (const [claim, url, key] of rows) {
  test(`the key of ${claim} is ${key ?? 'none'}`, () => assert.equal(repositoryKey(url), key))
}
