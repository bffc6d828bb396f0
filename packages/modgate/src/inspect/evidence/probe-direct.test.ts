import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { Runner } from '../../core/ports.ts'
import { testCertificate } from '../../core/test-certificate.ts'
import { directPlace } from './probe-direct.ts'
import { tlsTrust } from './probe-tls.ts'

const rows: readonly (readonly [claim: string, page: string, asked: string | undefined, words: RegExp])[] = [
  [
    'a page with a tag',
    '<meta name="go-import" content="PREFIX git https://code.example/x">',
    'https://code.example/x',
    /^$/,
  ],
  ['a page without', '<html><body>hello</body></html>', undefined, /no go-import meta tag/],
  [
    'a tag of another module',
    '<meta name="go-import" content="other.example git https://x.example">',
    undefined,
    /no go-import/,
  ],
  [
    'a repository without TLS',
    '<meta name="go-import" content="PREFIX git http://code.example/x">',
    undefined,
    /no repository/,
  ],
  [
    'an option for a repository',
    '<meta name="go-import" content="PREFIX git --upload-pack=touch">',
    undefined,
    /no repository/,
  ],
  ['a command for a repository', '<meta name="go-import" content="PREFIX git ext::sh">', undefined, /no repository/],
]

test('the page of the host says which repository git is asked for, and no page makes git do anything else', async (t) => {
  const certificate = testCertificate()
  let page = ''
  const server = createServer(certificate, (_, response) => response.end(page)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const path = `127.0.0.1:${(server.address() as AddressInfo).port}/x`
  const asked: (readonly string[])[] = []
  const runner: Runner = {
    run: async (argv) => {
      asked.push(argv)
      return { code: 0, stdout: '', stderr: '' }
    },
  }
  const trust = tlsTrust([certificate.cert])
  const wire = { trust: async () => trust, environment: {}, phaseMs: 2_000, now: Date.now }
  for (const [claim, text, repository, words] of rows) {
    page = text.replace('PREFIX', path)
    const asker = { wire, credentials: () => undefined, signal: AbortSignal.timeout(5_000) }
    const place = await directPlace(path, { asker, runner, environment: {}, milliseconds: 1_000 })
    assert.deepEqual(
      asked.splice(0),
      repository === undefined ? [] : [['git', 'ls-remote', '-q', '--', repository, 'HEAD']],
      claim,
    )
    const said = place.answers.map(({ fault, trouble }) => fault?.message ?? trouble?.message ?? '').join('')
    assert.match(said, words, claim)
  }
})
