import fc from 'fast-check'
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseBasePath } from './base-path.ts'
import { checkLogName } from './covering-log-name.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { formatListenAddress, parseListenAddress } from './listen-address.ts'
import { parseRoute } from './module-lists.ts'
import { nearest } from './nearest.ts'
import { parsePatternList } from './pattern-list.ts'
import { redact } from './redact.ts'
import { parseSize } from './size.ts'
import { parseWitness, witnesses } from './witness.ts'

describe('durations', () => {
  const rows: readonly (readonly [text: string, ms: number | RegExp])[] = [
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['0', 0],
    ['30', /is not a duration/],
    ['', /is not a duration/],
    ['-1s', /is not a duration/],
    ['1 s', /is not a duration/],
    ['1w', /is not a duration/],
    ['25d', /longer than 24d/],
    [`${'9'.repeat(400)}s`, /longer than 24d/],
  ]
  for (const [text, want] of rows) {
    test(`${JSON.stringify(text.slice(0, 20))} is ${String(want)}`, () => {
      if (want instanceof RegExp) assert.throws(() => parseDuration(text), want)
      else assert.equal(parseDuration(text), want)
    })
  }

  test('what is formatted parses to the same number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 24 * 86_400_000 }), (ms) => parseDuration(formatDuration(ms)) === ms),
    )
  })
})

describe('witnesses', () => {
  const key = 'witness.example/w1+aa4a09d1+BOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs'
  const logKey = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
  const rows: readonly (readonly [text: string, want: string | RegExp])[] = [
    [`${key}=https://witness.example`, 'https://witness.example'],
    [`${key}=https://witness.example/submit/`, 'https://witness.example/submit'],
    [` ${key} = http://127.0.0.1:8080 `, /has no =https/],
    [` ${key} =http://127.0.0.1:8080 `, 'http://127.0.0.1:8080'],
    ['', /has no =https/],
    [key, /has no =https/],
    ['https://witness.example', /has no =https/],
    ['=https://witness.example', /begins with no key of a witness/],
    [`${logKey}=https://witness.example`, /its type is not that of cosignatures/],
    [`${key.replace('aa4a', 'bb4a')}=https://witness.example`, /its id does not belong/],
    [`${key}=https://`, /has no URL/],
    [`${key}=https://user:secret@witness.example`, /has credentials/],
    [`${key}=https://witness.example/?x=1`, /has a query/],
  ]
  for (const [text, want] of rows) {
    test(`${JSON.stringify(text.slice(0, 20))}… is ${String(want)}`, () => {
      if (want instanceof RegExp) assert.throws(() => parseWitness(text), want)
      else assert.deepEqual(parseWitness(text), { name: 'witness.example/w1', key, url: want })
    })
  }

  test('none may be named twice, and no more than a note has room for', () => {
    const one = `${key}=https://witness.example`
    assert.match(String(witnesses.safeParse([one, one]).error), /has a witness twice/)
    assert.match(String(witnesses.safeParse(Array(33).fill(one)).error), /more than 32 witnesses/)
    assert.equal(witnesses.parse([one]).length, 1)
  })
})

describe('names of a log', () => {
  const rows: readonly (readonly [text: string, problem: RegExp | undefined])[] = [
    ['gate.example', undefined],
    ['gate', undefined],
    ['gate.example/e2', undefined],
    ['gate.example/go/e2', undefined],
    ['gate.example:8080', /holds a port/],
    ['https://gate.example', /holds a port or a scheme/],
    ['gate.example+1', /holds a \+/],
    ['sum.golang.org', /the public database/],
    ['gate..example', /no host/],
    ['gate.example/', /no host/],
    ['gate.example/..', /no host/],
    ['-gate.example', /no host/],
    ['Gate.example', /no host/],
    ['', /no host/],
    ['gate.example/lookup/a', /the element lookup/],
    ['gate.example/tile/8', /the element tile/],
    ['gate.example/latest', /the element latest/],
    ['gate.example/supported', /the element supported/],
    [`${'a'.repeat(60)}.${'b'.repeat(68)}`, /more than 128/],
  ]
  for (const [text, problem] of rows) {
    test(`${JSON.stringify(text.slice(0, 30))} ${problem ? `is refused: ${problem.source}` : 'is one'}`, () => {
      if (problem) assert.throws(() => checkLogName(text), problem)
      else assert.equal(checkLogName(text), text)
    })
  }
})

describe('sizes', () => {
  const rows: readonly (readonly [text: string, bytes: number | RegExp])[] = [
    ['64MB', 64_000_000],
    ['64MiB', 67_108_864],
    ['1GiB', 1_073_741_824],
    ['50GB', 50_000_000_000],
    ['1.5kB', 1500],
    ['10 kb', 10_000],
    ['4096', 4096],
    ['12B', 12],
    ['12XB', /is not a size/],
    ['12iB', /is not a size/],
    ['-1', /is not a size/],
    ['', /is not a size/],
    ['99999999TB', /is too large/],
  ]
  for (const [text, want] of rows) {
    test(`${JSON.stringify(text)} is ${String(want)}`, () => {
      if (want instanceof RegExp) assert.throws(() => parseSize(text), want)
      else assert.equal(parseSize(text), want)
    })
  }
})

describe('listen addresses', () => {
  const good: readonly (readonly [text: string, host: string, port: number])[] = [
    ['127.0.0.1:8642', '127.0.0.1', 8642],
    ['localhost:0', 'localhost', 0],
    ['[::1]:8642', '::1', 8642],
    ['gate.corp.example:443', 'gate.corp.example', 443],
  ]
  for (const [text, host, port] of good) {
    test(`${text} is read, and written as it was`, () => {
      assert.deepEqual(parseListenAddress(text), { host, port })
      assert.equal(formatListenAddress({ host, port }), text)
    })
  }

  const bad: readonly (readonly [text: string, why: RegExp])[] = [
    ['foo', /has no port$/],
    ['foo:http', /has no port number/],
    [':8642', /has no host; 0\.0\.0\.0:8642 is every address/],
    ['::1:8642', /IPv6 address without brackets/],
    ['[fe80]:1', /no IPv6 address in its brackets/],
    ['a:65536', /above 65535/],
    ['a b:1', /no valid host name/],
    ['http://a:1', /has no port number|no valid host name|IPv6/],
  ]
  for (const [text, why] of bad) {
    test(`${text} is refused`, () => assert.throws(() => parseListenAddress(text), why))
  }
})

describe('base paths', () => {
  const rows: readonly (readonly [text: string, path: string | RegExp])[] = [
    ['', ''],
    ['/', ''],
    ['go', '/go'],
    ['/x//y/', '/x/y'],
    ['/a/../b', /segment \.\./],
    ['/a b', /characters other than/],
    ['/%2e', /characters other than/],
  ]
  for (const [text, want] of rows) {
    test(`${JSON.stringify(text)} is ${String(want)}`, () => {
      if (want instanceof RegExp) assert.throws(() => parseBasePath(text), want)
      else assert.equal(parseBasePath(text), want)
    })
  }
})

describe('pattern lists', () => {
  const rows: readonly (readonly [text: string, patterns: string | RegExp])[] = [
    ['*.corp.example,github.com/MyOrg', '*.corp.example,github.com/MyOrg'],
    [',corp.example,,', 'corp.example'],
    ['git.corp.example/[a-c]*', 'git.corp.example/[a-c]*'],
    ['', ''],
    ['corp.example, git.corp.example', /space/],
    ['https://corp.example', /is a URL/],
    ['/corp.example', /begins with \//],
    ['.corp.example', /begins with \./],
    ['corp.example@v1.0.0', /without versions/],
    ['[', /no glob/],
    ['git.corp.example/[a-', /no glob/],
    ['corp\\', /no glob/],
  ]
  for (const [text, want] of rows) {
    test(`${JSON.stringify(text)} is ${String(want)}`, () => {
      if (want instanceof RegExp) assert.throws(() => parsePatternList(text), want)
      else assert.equal(parsePatternList(text), want)
    })
  }
})

describe('routes', () => {
  test('a route splits at its first equals sign', () => {
    assert.deepEqual(parseRoute('corp.example=https://p.example/?a=b'), {
      patterns: 'corp.example',
      list: [{ kind: 'proxy', url: 'https://p.example/?a=b', fallback: 'not-found' }],
    })
  })

  for (const [text, why] of [
    ['corp.example', /has no =/],
    ['=https://p.example', /no pattern before/],
    ['corp.example=', /no list after/],
    ['corp.example=ftp://p.example', /refused by Go/],
    ['[=off', /no glob/],
  ] as const) {
    test(`${text} is refused`, () => assert.throws(() => parseRoute(text), why))
  }
})

describe('names and secrets', () => {
  test('a mistyped name finds the one that was meant, and a strange one none', () => {
    assert.equal(nearest('lisen', ['listen', 'data', 'offline']), 'listen')
    assert.equal(nearest('Log_level', ['log-level', 'log-format']), 'log-level')
    assert.equal(nearest('xyzzy', ['listen', 'data']), undefined)
    assert.equal(nearest('a'.repeat(100_000), ['listen']), undefined)
  })

  test('credentials of every URL in a list are blanked, and nothing else', () => {
    assert.equal(
      redact('https://me:pw@a.example/x,https://tok@b.example|https://c.example/@v'),
      'https://xxxxx@a.example/x,https://xxxxx@b.example|https://c.example/@v',
    )
  })
})
