import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../core/failure.ts'
import { repositoryUrls } from './push-payload.ts'

const https = 'https://code.example/team/lib.git'
const ssh = 'git@code.example:team/lib.git'
const page = 'https://code.example/team/lib'

const rows: readonly (readonly [host: string, payload: unknown, urls: readonly string[]])[] = [
  [
    'GitHub',
    { ref: 'refs/tags/v1', repository: { clone_url: https, ssh_url: ssh, html_url: page } },
    [https, ssh, page],
  ],
  [
    'GitLab',
    {
      project: { git_http_url: https, git_ssh_url: ssh, web_url: page },
      repository: { url: ssh, homepage: page, git_http_url: https },
    },
    [https, page, ssh, https, ssh, page],
  ],
  ['Bitbucket Cloud', { repository: { links: { html: { href: page }, avatar: { href: 'x' } } } }, [page]],
  [
    'Bitbucket Data Center',
    { repository: { links: { clone: [{ href: ssh }, { href: https }], self: [{ href: `${page}/browse` }] } } },
    [ssh, https, `${page}/browse`],
  ],
  ['a ping of an organization', { zen: 'hm', organization: {} }, []],
  ['odd types', { repository: { clone_url: 7, links: 'x' }, project: null }, []],
  ['no object', [1], []],
  ['null', null, []],
]

for (const [host, payload, urls] of rows) {
  test(`the URLs in a payload of ${host}`, () => {
    assert.deepEqual(
      repositoryUrls(Buffer.from(JSON.stringify(payload)), 'application/json').toSorted(),
      urls.toSorted(),
    )
  })
}

test('a form has the JSON in its field payload', () => {
  const form = new URLSearchParams({ payload: JSON.stringify({ repository: { clone_url: https } }) }).toString()
  assert.deepEqual(repositoryUrls(Buffer.from(form), 'application/x-www-form-urlencoded; charset=utf-8'), [https])
})

for (const [claim, body, type] of [
  ['words', 'not json', 'application/json'],
  ['nothing', '', undefined],
  ['a form without it', 'a=b', 'application/x-www-form-urlencoded'],
] as const) {
  test(`${claim}: bad-request`, () => {
    assert.throws(
      () => repositoryUrls(Buffer.from(body), type),
      (error) => error instanceof Failure && error.code === 'bad-request',
    )
  })
}
