import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RepositoryRoot } from './repository-root.ts'
import { checkRepositoryUrl } from '../vcs/repository-url.ts'
import { repositoryURL } from './repository-url.ts'

type Row = readonly [vcs: RepositoryRoot['vcs'], url: string, parts: string | RegExp]

/** What is taken, as `scheme user host port`. */
const taken: readonly Row[] = [
  ['git', 'https://git.example/team/lib.git', 'https - git.example 443'],
  ['git', 'https://git.example', 'https - git.example 443'],
  ['git', 'https://GIT.example:8443/a%20b/~c+d(e)', 'https - git.example 8443'],
  ['git', 'ssh://git@git.example:2222/team/lib', 'ssh git git.example 2222'],
  ['git', 'git+ssh://git.example/lib', 'git+ssh - git.example 22'],
  ['git', 'https://10.0.0.1/lib', 'https - 10.0.0.1 443'],
  ['git', 'https://[2001:db8::1]:8443/lib', 'https - 2001:db8::1 8443'],
  ['git', 'https://git.example/{team}/lib', 'https - git.example 443'],
  ['git', 'https://xn--bcher-kva.example/lib', 'https - xn--bcher-kva.example 443'],
  ['hg', 'ssh://hg@hg.example/lib', 'ssh hg hg.example 22'],
  ['svn', 'svn+ssh://svn.example/lib', 'svn+ssh - svn.example 22'],
  ['mod', 'https://mod.example/base', 'https - mod.example 443'],
]

for (const [vcs, url, parts] of taken) {
  test(`${vcs} ${url} is one URL to all who read it`, () => {
    const read = repositoryURL(url, vcs, false)
    assert.ok(typeof read !== 'string', JSON.stringify(read))
    assert.equal([read.scheme, read.user ?? '-', read.host, read.port].join(' '), parts)
    if (vcs === 'git') checkRepositoryUrl(url, ['https', 'ssh'])
  })
}

const refused: readonly Row[] = [
  ['git', '', /no scheme/],
  ['git', 'git.example/lib', /no scheme/],
  ['git', 'git@git.example:team/lib', /no scheme/],
  ['git', '-oProxyCommand=touch /tmp/x', /no scheme/],
  ['git', '--upload-pack=touch', /no scheme/],
  ['git', 'ext::sh -c "touch /tmp/x"', /ext scheme disallowed/],
  ['git', 'file:///etc', /file scheme disallowed/],
  ['git', 'FILE:///etc', /file scheme disallowed/],
  ['git', 'http://git.example/lib', /http scheme disallowed/],
  ['git', 'git://git.example/lib', /git scheme disallowed/],
  ['git', 'HTTPS://git.example/lib', /capital letters/],
  ['git', 'Ssh://git.example/lib', /capital letters/],
  ['git', 'ssh://git.example', /no path/],
  ['git', 'fd::17', /fd scheme disallowed/],
  ['git', 'ftp://git.example/lib', /ftp scheme disallowed/],
  ['git', 'svn+ssh://git.example/lib', /scheme disallowed for git/],
  ['mod', 'ssh://git.example/lib', /scheme disallowed for mod/],
  ['git', 'ssh://-oProxyCommand=touch/lib', /not of the form/],
  ['git', 'ssh://-oProxyCommand/lib', /no such host|not of the form|disguise/],
  ['git', 'ssh://-l@git.example/lib', /a user that is none/],
  ['git', 'https://user:password@git.example/lib', /credentials/],
  ['git', 'https://token@git.example/lib', /credentials/],
  ['git', 'https://@git.example/lib', /credentials/],
  ['git', 'ssh://git:secret@git.example/lib', /credentials/],
  ['git', 'https://a@b@git.example/lib', /not of the form/],
  ['git', 'https://git.example\\@127.0.0.1/lib', /not of the form/],
  ['git', 'https://git.example#@127.0.0.1/lib', /not of the form/],
  ['git', 'https://git.example?@127.0.0.1/lib', /not of the form/],
  ['git', 'https://git.example /lib', /not of the form/],
  ['git', 'https://git.example/li\nb', /not of the form/],
  ['git', 'https://git.example/li\0b', /not of the form/],
  ['git', 'https://git.example/lib%0aHost:x', /not of the form/],
  ['git', 'https://git.example/lib%00', /not of the form/],
  ['git', 'https://git.example/l\u00efb', /not of the form/],
  ['git', 'https://g\u0131t.example/lib', /not of the form/],
  ['git', 'https:///lib', /not of the form/],
  ['git', 'https:git.example/lib', /not of the form/],
  ['git', 'https://git.example:0/lib', /no such port/],
  ['git', 'https://git.example:65536/lib', /no such port/],
  ['git', 'https://git.example./lib', /no such host/],
  ['git', 'https://git..example/lib', /no such host/],
  ['git', 'https://127.1/lib', /disguise/],
  ['git', 'https://0x7f000001/lib', /disguise/],
  ['git', 'https://2130706433/lib', /disguise/],
  ['git', 'https://0177.0.0.1/lib', /disguise/],
  ['git', 'ssh://0x7f.1/lib', /disguise/],
  ['git', 'https://1.2.3.4.5/lib', /no such host/],
  ['git', 'https://[::1/lib', /not of the form/],
  ['git', 'https://[fe80::1%25eth0]/lib', /not of the form/],
  ['git', 'https://git%2eexample/lib', /not of the form/],
]

for (const [vcs, url, words] of refused) {
  test(`${vcs} ${JSON.stringify(url)} is no repository`, () => {
    const read = repositoryURL(url, vcs, false)
    assert.ok(typeof read === 'string', JSON.stringify(read))
    assert.match(read, words as RegExp)
    if (vcs === 'git') assert.throws(() => checkRepositoryUrl(url, ['https', 'ssh']), { code: 'origin-refused' })
  })
}

test('a repository without TLS is one only where its path is listed', () => {
  for (const vcs of ['git', 'hg', 'svn', 'fossil', 'mod'] as const) {
    assert.equal(typeof repositoryURL('http://git.example/lib', vcs, false), 'string')
    assert.deepEqual(repositoryURL('http://git.example/lib', vcs, true), {
      scheme: 'http',
      user: undefined,
      host: 'git.example',
      port: 80,
    })
  }
})
