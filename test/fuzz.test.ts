// The parsers that face the network, fed with real data of which bytes were changed: each reads, or refuses in its documented way,
// within a bounded time; and what it reads, it also writes. MODGATE_FUZZ_RUNS makes more runs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashModuleZip, hashZip } from '@modgate/gomod/dirhash'
import { parseGoEnvFile, parseProxyList, parseSumdb, SettingError } from '@modgate/gomod/goenv'
import {
  ErrorList,
  format,
  formatSum,
  modulePath,
  parse,
  parseLax,
  parseSum,
  parseSyntax,
} from '@modgate/gomod/modfile'
import { newVerifier, NoteError, open, UnverifiedNoteError } from '@modgate/gomod/note'
import { formatRequest, keyOf, parseKey, parseRequest, RequestError } from '@modgate/gomod/proxy'
import {
  formatRecord,
  formatTree,
  parseRecord,
  parseTilePath,
  parseTree,
  tilePath,
  TlogError,
} from '@modgate/gomod/tlog'
import { bytesAccess, checkZip, readDirectory, readEntry, ZipError } from '@modgate/gomod/zip'
import { Failure } from '../packages/modgate/src/core/failure.ts'
import { checkInfo, checkList } from '../packages/modgate/src/layer/answer-form.ts'
import { loadCorpus, zipOf } from './harness/corpus.ts'
import { testDatabase } from './harness/database.ts'
import { testSeed } from './harness/seeded.ts'

const numRuns = Number(process.env['MODGATE_FUZZ_RUNS'] ?? 20_000)
const seed = testSeed(7)
/** Far more than any of these inputs should take, however busy the machine; milliseconds. */
const patience = 5000

const corpus = loadCorpus()
const modules = corpus.modules.filter((module) => module.entries.length > 0 && module.path !== 'big.example/blob')
const database = await testDatabase(corpus, { filler: 20 })
const record = (await database.answer('lookup/hello.example/hello@v1.0.0'))!
const head = (await database.answer('latest'))!
const verifier = newVerifier(database.key)

type Mutation = (bytes: Buffer) => Buffer

const spot = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const interesting = fc.oneof(
  fc.constantFrom(
    '\0',
    '\n',
    '\r',
    '\n\n',
    '/',
    '..',
    '%',
    '%2f',
    '!',
    '@',
    '"',
    '`',
    '(',
    '\\',
    '{',
    '— ',
    '\u{1f4a9}',
    '\xff',
  ),
  fc.constantFrom(
    '99999999999999999999',
    '-1',
    '0',
    'v0.0.0-',
    '+incompatible',
    '.p/',
    'x001',
    '\uffff\uffff\uffff\uffff',
  ),
)

/** One change: a byte, a piece cut out, doubled or put in, or the end cut off. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(spot, fc.nat(255)).map(([at, byte]): Mutation => (bytes) => {
    const copy = Buffer.from(bytes)
    if (copy.length > 0) copy[Math.floor(at * copy.length)] = byte
    return copy
  }),
  fc.tuple(spot, fc.nat(40)).map(([at, length]): Mutation => (bytes) => {
    const start = Math.floor(at * bytes.length)
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + length)])
  }),
  fc.tuple(spot, fc.nat(40)).map(([at, length]): Mutation => (bytes) => {
    const start = Math.floor(at * bytes.length)
    return Buffer.concat([bytes.subarray(0, start + length), bytes.subarray(start)])
  }),
  fc.tuple(spot, interesting).map(([at, text]): Mutation => (bytes) => {
    const start = Math.floor(at * bytes.length)
    return Buffer.concat([bytes.subarray(0, start), Buffer.from(text, 'latin1'), bytes.subarray(start)])
  }),
  spot.map(
    (at): Mutation =>
      (bytes) =>
        bytes.subarray(0, Math.floor(at * bytes.length)),
  ),
)

/** Real data with up to four changes, and now and then no real data at all. */
function nearly(...real: readonly (string | Uint8Array)[]): fc.Arbitrary<Buffer> {
  const changed = fc
    .tuple(fc.constantFrom(...real), fc.array(mutation, { maxLength: 4 }))
    .map(([bytes, mutations]) => mutations.reduce<Buffer>((now, mutate) => mutate(now), Buffer.from(bytes as string)))
  const noise = fc.uint8Array({ maxLength: 300 }).map((bytes): Buffer => Buffer.from(bytes))
  return fc.oneof({ weight: 9, arbitrary: changed }, { weight: 1, arbitrary: noise })
}

/** The result, or undefined where it was refused with one of these errors; anything else fails the test. */
function read<T>(refusals: readonly (abstract new (...args: never[]) => Error)[], parser: () => T): T | undefined {
  const start = performance.now()
  try {
    return parser()
  } catch (error) {
    if (!refusals.some((refusal) => error instanceof refusal)) throw error
    return undefined
  } finally {
    assert.ok(performance.now() - start < patience, 'took too long')
  }
}

function holds(inputs: fc.Arbitrary<Buffer>, property: (bytes: Buffer) => void, runs = numRuns): void {
  fc.assert(fc.property(inputs, property), { numRuns: runs, seed })
}

const urls = modules.flatMap(({ path, version }) => [
  formatRequest({ kind: 'zip', path, version }),
  formatRequest({ kind: 'list', path }),
  formatRequest({ kind: 'query', path, query: 'main' }),
  formatRequest({ kind: 'sumdb', name: 'sumdb.example', resource: { kind: 'lookup', path, version } }),
])
const tiles = ['tile/8/0/x001/234', 'tile/8/1/000.p/7', 'tile/8/data/x123/x456/789.p/255']

test('a URL is a request in its one spelling, or refused', () => {
  holds(nearly(...urls, ...tiles.map((tile) => `/sumdb/sumdb.example/${tile}`)), (bytes) => {
    const request = read([RequestError], () => parseRequest(bytes.toString('latin1')))
    if (request === undefined) return
    const key = keyOf(request)
    assert.doesNotMatch(key, /(^|\/)\.{0,2}(\/|$)|[\0\\%]/)
    assert.deepEqual(parseRequest(formatRequest(request)), request)
    assert.deepEqual(parseKey(key), request)
  })
})

test('a tile path is a tile in its one spelling, or refused', () => {
  holds(nearly(...tiles), (bytes) => {
    const path = bytes.toString('latin1')
    const tile = read([TlogError], () => parseTilePath(path))
    if (tile !== undefined) assert.equal(tilePath(tile), path)
  })
})

test('an info, a latest or a list is one, or a failure that names the upstream', () => {
  const { path, version } = modules[0]!
  holds(nearly(...modules.map(({ info }) => info)), (bytes) => {
    read([Failure], () => checkInfo({ kind: 'info', path, version }, bytes, 'upstream.example'))
    read([Failure], () => checkInfo({ kind: 'latest', path }, bytes, 'upstream.example'))
    read([Failure], () => checkList({ kind: 'list', path }, bytes, 'upstream.example'))
  })
})

test('an info that is accepted names the version that was asked for', () => {
  const { path, version } = modules[0]!
  holds(nearly(...modules.map(({ info }) => info)), (bytes) => {
    const accepted = read([Failure], () => {
      checkInfo({ kind: 'info', path, version }, bytes, 'upstream.example')
      return true
    })
    if (accepted === true) assert.equal((JSON.parse(bytes.toString()) as { Version: string }).Version, version)
  })
})

test('a go.mod is read, or refused with a list of errors, and its syntax can be written and read again', () => {
  holds(nearly(...modules.map(({ mod }) => mod)), (bytes) => {
    read([ErrorList], () => parse('go.mod', bytes))
    read([ErrorList], () => parseLax('go.mod', bytes))
    modulePath(bytes)
    const syntax = read([ErrorList], () => parseSyntax('go.mod', bytes))
    if (syntax === undefined) return
    const once = format(syntax)
    assert.doesNotThrow(() => parseSyntax('go.mod', once))
  })
})

test('a go.sum is read or refused, and reads the same when it was written', () => {
  const sums = modules.map(({ path, version }) => `${path} ${version} h1:${'A'.repeat(43)}=\n`)
  holds(nearly(...sums), (bytes) => {
    const entries = read([ErrorList], () => parseSum('go.sum', bytes.toString()))
    if (entries !== undefined) assert.deepEqual(parseSum('go.sum', formatSum(entries)), entries)
  })
})

test('a note opens only with the text that was signed', () => {
  const signed = head.toString().split('\n\n')[0]!
  holds(nearly(head), (bytes) => {
    const note = read([NoteError, UnverifiedNoteError], () => open(bytes, [verifier]))
    if (note !== undefined) assert.equal(note.text, `${signed}\n`)
  })
})

test('a tree head and a record have one spelling', () => {
  holds(nearly(`${head.toString().split('\n\n')[0]!}\n`, head), (bytes) => {
    const tree = read([TlogError], () => parseTree(bytes.toString()))
    if (tree !== undefined) assert.ok(bytes.toString().startsWith(formatTree(tree)))
  })
  holds(nearly(record), (bytes) => {
    const parsed = read([TlogError], () => parseRecord(bytes))
    if (parsed === undefined) return
    assert.ok(bytes.equals(Buffer.concat([formatRecord(parsed.id, parsed.text), parsed.rest])))
  })
})

test('a zip is read to its last byte, or refused', () => {
  const { path, version } = modules[0]!
  holds(
    nearly(...modules.slice(0, 6).map(zipOf)),
    (bytes) => {
      const access = bytesAccess(bytes)
      const entries = read([ZipError], () => readDirectory(access))
      for (const entry of entries ?? []) read([ZipError], () => [...readEntry(access, entry)])
      read([ZipError], () => checkZip({ path, version }, access))
      const whole = read([ZipError], () => hashZip(access))
      const module = read([ZipError], () => hashModuleZip({ path, version }, access))
      if (module !== undefined) assert.equal(module, whole)
    },
    Math.ceil(numRuns / 3),
  )
})

test('a setting of Go is read, or refused in the words of the go command', () => {
  const lists = ['https://p.example,direct', 'https://u:p@p.example/x|file:///srv/go,off', 'p.example']
  const databases = [database.key, `${database.key} https://sum.example/x`, 'sum.golang.org https://sum.example', 'off']
  holds(nearly(...lists), (bytes) => void read([SettingError], () => parseProxyList(bytes.toString('latin1'))))
  holds(nearly(...databases), (bytes) => void read([SettingError], () => parseSumdb(bytes.toString('latin1'))))
  holds(nearly(`GOPROXY=${lists[0]}\n# x\nGOSUMDB=off\n`), (bytes) => {
    for (const [name, value] of parseGoEnvFile(bytes.toString())) assert.ok(!`${name}${value}`.includes('\n'))
  })
})
