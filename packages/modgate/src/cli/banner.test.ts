import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { loadServeConfig, type FlagValues } from '../config/index.ts'
import { testMachine } from '../config/test-machine.ts'
import type { OfferedLog } from '../inspect/onboard/offer.ts'
import { pasteLines } from '../report/client-settings.ts'
import { banner } from './banner.ts'

const load = (flags: FlagValues) => loadServeConfig({ upstream: 'https://p.example', ...flags }, testMachine())
const lines = async (flags: FlagValues, platform: NodeJS.Platform = 'linux') =>
  pasteLines({ url: 'http://127.0.0.1:8642' }, (await load(flags)).config, platform)

describe('the banner', () => {
  test('says where it listens, where it stores, what is upstream, which database, what is private, and where from', async () => {
    const facts = { store: '/data', upstream: 'https://p.example', sumdb: 'sum.golang.org' }
    const loaded = await load({ private: '*.corp.example' })
    const text = banner({ url: 'http://127.0.0.1:1', facts }, loaded, { stream: new PassThrough(), platform: 'linux' })
    assert.equal(
      text,
      [
        'modgate is ready',
        '  listens   http://127.0.0.1:1',
        '  stores    /data',
        '  upstream  https://p.example (--upstream)',
        '  database  sum.golang.org (built in)',
        '  private   *.corp.example (--private)',
        '',
        '  export GOPROXY=http://127.0.0.1:1',
        "  export GONOSUMDB='*.corp.example'",
        '  export GONOPROXY=none',
        '  # GONOPROXY=none, since a GOPRIVATE of yours would send go past the gate',
        '',
      ].join('\n'),
    )
  })

  test('with a log of its own two lines are all, and how the log stands is said', async () => {
    const facts = { store: '/data', upstream: 'https://p.example', sumdb: 'sum.golang.org' }
    const log = { name: 'gate.example', key: 'gate.example+00000000+AAAA', size: 1234 }
    const rows: readonly [log: OfferedLog, said: string][] = [
      [{ ...log, size: 0 }, '  log       gate.example, new: no record yet\n\n'],
      [{ ...log, size: 1 }, '  log       gate.example, 1 record\n\n'],
      [log, '  log       gate.example, 1,234 records\n\n'],
      [
        { ...log, closed: { why: 'the log has 3 records and had 5', next: 'put the newer data directory back' } },
        '  log       gate.example REFUSES TO SIGN: the log has 3 records and had 5\n' +
          '            what is recorded is served, nothing new is; next: put the newer data directory back\n\n',
      ],
    ]
    const loaded = await load({ private: '*.corp.example' })
    for (const [standing, said] of rows) {
      const gate = { url: 'http://127.0.0.1:1', facts, log: standing }
      const text = banner(gate, loaded, { stream: new PassThrough(), platform: 'linux' })
      assert.ok(text.includes(said), text)
      assert.match(text, /GOSUMDB=gate\.example\+00000000\+AAAA\n {2}# .* nothing is exempt\n$/)
      assert.doesNotMatch(text, /GONOSUMDB=/)
    }
  })

  test('the documents show it with its rows, in their order, and with its lines', async () => {
    const facts = { store: '/data', upstream: 'https://p.example', sumdb: 'sum.golang.org' }
    const log = { name: 'gate.example', key: 'gate.example+00000000+AAAA', size: 0 }
    const gate = { url: 'http://127.0.0.1:1', facts, log }
    const shape = (text: string) =>
      text.split('\n').map((line) => /^ *(?:export [A-Z]+|[a-z]+|#.*)?/.exec(line)![0].trim())
    const real = shape(banner(gate, await load({}), { stream: new PassThrough(), platform: 'linux' }))
    for (const document of ['README.md', 'docs/guide/quickstart.md', 'packages/modgate/README.md']) {
      const text = await readFile(resolve(import.meta.dirname, '../../../..', document), 'utf8')
      const [, shown = ''] = /serve\n(modgate is ready\n[^]*?)```/.exec(text)!
      assert.deepEqual(shape(shown), real, document)
    }
  })

  test('one line is enough where the database is the default one', async () => {
    assert.deepEqual(await lines({}), ['export GOPROXY=http://127.0.0.1:8642'])
  })

  test('another database, or none, is said to the client', async () => {
    assert.deepEqual((await lines({ sumdb: 'off' })).slice(1), ['export GOSUMDB=off'])
  })

  test('patterns are quoted for the shell of the platform', async () => {
    assert.equal((await lines({ noVerify: '*.a.example' }))[1], "export GONOSUMDB='*.a.example'")
    assert.equal((await lines({}, 'win32'))[0], "$env:GOPROXY = 'http://127.0.0.1:8642'")
  })
})
