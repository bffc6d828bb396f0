import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importPathOf, parseRemote } from './remote-url.ts'

const rows: readonly [url: string, path: string | undefined][] = [
  ['https://git.corp.example/team/lib.git', 'git.corp.example/team/lib'],
  ['https://git.corp.example/team/lib/', 'git.corp.example/team/lib'],
  ['https://user:tok%40en@git.corp.example:8443/team/lib', 'git.corp.example/team/lib'],
  ['https://x-token@git.corp.example/team/sub/lib.git', 'git.corp.example/team/sub/lib'],
  ['https://a@b@git.corp.example/team/lib', 'git.corp.example/team/lib'],
  ['HTTPS://Git.Corp.Example/Team/Lib.git', 'git.corp.example/Team/Lib'],
  ['http://git.corp.example/team/lib?x=1#y', 'git.corp.example/team/lib'],
  ['ssh://git@git.corp.example:2222/team/lib.git', 'git.corp.example/team/lib'],
  ['ssh://git.corp.example/~/team/lib', 'git.corp.example/team/lib'],
  ['git+ssh://git@git.corp.example/team/lib', 'git.corp.example/team/lib'],
  ['git://git.corp.example/team/lib', 'git.corp.example/team/lib'],
  ['git@git.corp.example:team/lib.git', 'git.corp.example/team/lib'],
  ['git.corp.example:team/lib', 'git.corp.example/team/lib'],
  ['git@git.corp.example:/srv/team/lib.git', 'git.corp.example/srv/team/lib'],
  ['org-1@github.com:org/lib.git', 'github.com/org/lib'],
  ['  git@git.corp.example:team/lib  ', 'git.corp.example/team/lib'],
  ['https://git.corp.example', 'git.corp.example'],
  ['git@work:team/lib', undefined],
  ['https://10.0.0.7/team/lib', undefined],
  ['ssh://git@[fd00::1]:22/team/lib', undefined],
  ['git@[fd00::1]:team/lib', undefined],
  ['https://git.corp.example/team/my lib', undefined],
  ['https://git_lab.corp.example/team/lib', undefined],
  ['/srv/git/lib.git', undefined],
  ['../lib', undefined],
  ['./a:b/lib', undefined],
  ['C:\\git\\lib', undefined],
  ['C:/git/lib', undefined],
  ['file:///srv/git/lib.git', undefined],
  ['ftp://git.corp.example/team/lib', undefined],
  ['https:///team/lib', undefined],
  ['', undefined],
]

test('a remote in each of its forms leads to the import path of its repository, or to none', () => {
  for (const [url, path] of rows) {
    const place = parseRemote(url)
    assert.equal(place && importPathOf(place), path, url)
  }
})

test('nothing of a user or a token is kept, whatever it looks like', () => {
  for (const url of [
    'https://user:s3cret@git.corp.example/a/b',
    'https://s3cret@git.corp.example/a',
    's3cret@h.example:a',
  ]) {
    assert.doesNotMatch(JSON.stringify(parseRemote(url)), /s3cret/)
  }
})
