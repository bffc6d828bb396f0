import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { logReader, type LogReport } from './index.ts'
import { testRows } from './test-rows.ts'

function reportOf(log: string | Uint8Array, pieceSize = Infinity): LogReport {
  const bytes = Buffer.from(log)
  const reader = logReader(testRows)
  for (let at = 0; at < bytes.length; at += pieceSize) reader.write(bytes.subarray(at, at + pieceSize))
  return reader.end()
}

/** What was found, without where. */
function findings({ roots, unknown, traps }: LogReport): unknown {
  return {
    roots: roots.map(({ id, count, values, modules, consequences, evidence }) => ({
      id,
      count,
      values,
      modules: modules.names,
      consequences: consequences.map((consequence) => [consequence.id, consequence.count]),
      evidence: evidence.map(({ text }) => text.trim()),
    })),
    unknown: unknown.map(({ template, count }) => [template, count]),
    traps: traps.map(({ id, title }) => [id, title]),
  }
}

const absent =
  'go: git.corp.example/a@v1.0.0: reading https://proxy.example/git.corp.example/a/@v/v1.0.0.info: 404 Not Found'
const log = [
  'go: downloading example.com/ok v1.0.0',
  absent,
  '\tserver response: not found: git.corp.example/a@v1.0.0',
  'main.go:3:8: missing go.sum entry for module providing package git.corp.example/a/sub (imported by main); to add:',
  '\tgo get main',
  'verifying example.com/b@v1.2.0: checksum mismatch',
  '\tdownloaded: h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  '\tgo.sum:     h1:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB=',
  '',
  'SECURITY ERROR',
  'This download does NOT match an earlier download recorded in go.sum.',
  '',
  "For more information, see 'go help module-auth'.",
  'go: example.com/c@v1.0.0 requires',
  '\texample.com/d@v1.0.0: parsing go.mod:',
  '\tmodule declares its path as: example.com/real',
  '\t        but was required as: example.com/d',
  'go: something 17 new at example.com/e@v1.9.3 happened',
  'go: something 18 new at example.com/f@v1.9.4 happened',
  'export GOSUMDB=off',
  'exit status 1',
].join('\n')

describe('a log', () => {
  const report = reportOf(log)

  test('gives its causes in the order in which they came', () => {
    assert.deepEqual(
      report.roots.map(({ id, line }) => [id, line]),
      [
        ['MG1001', 2],
        ['MG1042', 6],
        ['MG1033', 14],
      ],
    )
  })

  test('gives what follows from a cause below the cause', () => {
    assert.deepEqual(
      report.roots[0]?.consequences.map(({ id, line }) => [id, line]),
      [['MG1052', 4]],
    )
  })

  test('gives lines of evidence with their numbers, and the values that were found', () => {
    const [first] = report.roots
    assert.deepEqual(
      first?.evidence.map(({ number, text }) => `${number} ${text.slice(0, 20)}`),
      ['2 go: git.corp.example', '3 \tserver response: no'],
    )
    assert.equal(first.values['url'], 'https://proxy.example/git.corp.example/a/@v/v1.0.0.info')
    assert.deepEqual(first.modules.names, ['git.corp.example/a@v1.0.0'])
  })

  test('groups what no row knows by what is the same in it', () => {
    assert.deepEqual(
      report.unknown.map(({ template, count, line }) => [template, count, line]),
      [['go: something <n> new at <module>@<version> happened', 2, 18]],
    )
  })

  test('that says no more than that something failed gives at least that', () => {
    assert.deepEqual(
      reportOf('building\nexit status 2\n').unknown.map(({ template, line }) => [template, line]),
      [['exit status <n>', 2]],
    )
  })

  test('says which downloads nobody vouched for', () => {
    assert.deepEqual(
      report.traps.map(({ id, evidence }) => [id, evidence[0]?.line]),
      [['MG0481', 20]],
    )
    assert.match(report.traps[0]!.title, /example\.com\/ok@v1\.0\.0/)
  })

  test('is counted in bytes and lines, with or without a last line feed', () => {
    assert.deepEqual([report.bytes, report.lines], [Buffer.byteLength(log), 21])
    assert.equal(reportOf(`${log}\n`).lines, 21)
    assert.equal(reportOf('').lines, 0)
  })
})

describe('what does not matter', () => {
  const wanted = findings(reportOf(log))

  test('where the pieces of a log are cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (size) => {
        assert.deepEqual(findings(reportOf(log, size)), wanted)
      }),
      { numRuns: 60 },
    )
  })

  const stamp = '2026-11-22T10:00:00.1234567Z '
  for (const [name, envelope] of [
    ['GitHub and Azure', (line) => stamp + line],
    ['GitHub, as an error', (line) => `${stamp}${/^\S/.test(line) ? '##[error]' : ''}${line}`],
    ['GitHub, of gh run view', (line) => `build (linux)\tRun go build\t${stamp}${line}`],
    ['GitLab', (line) => `\x1b[0K${line}\x1b[0;m`],
    ['GitLab with timestamps', (line) => `2026-11-22T10:00:00.123456Z 01E ${line}`],
    ['Jenkins', (line) => `[2026-11-22T10:00:00.123Z] ${line}`],
    ['Jenkins, time of day', (line) => `10:00:00  ${line}`],
    ['BuildKit', (line) => `#12 3.456 ${line}`],
    ['docker compose', (line) => `builder-1  | ${line}`],
    ['docker json-file', (line) => JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: stamp.trim() })],
    ['go build -json', (line) => JSON.stringify({ ImportPath: 'a', Action: 'build-output', Output: `${line}\n` })],
    ['kubectl', (line) => `[pod/build-7f9/builder] ${stamp}${line}`],
    ['containerd', (line) => `2026-11-22T10:00:00.123456789+01:00 stderr F ${line}`],
    ['colours', (line) => `\x1b[31m${line}\x1b[0m`],
    ['Windows', (line) => `${line}\r`],
    ['progress before it', (line) => `10%\r20%\r100%\r${line}`],
    ['a server hook', (line) => `remote: ${line}`],
    ['a container in a job', (line) => `${stamp}#7 1.250 builder-1  | ${line}`],
  ] satisfies [string, (line: string) => string][]) {
    test(`that lines are wrapped: ${name}`, () => {
      assert.deepEqual(findings(reportOf(log.split('\n').map(envelope).join('\n'))), wanted)
    })
  }

  test('where a colour begins, even in the middle of a word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(log.length), { maxLength: 20 }),
        fc.constantFrom('\x1b[1;31m', '\x1b]0;t\x07', '\x1b(B'),
        (places, code) => {
          const cut = [...new Set(places)].sort((a, b) => a - b)
          const parts = [0, ...cut].map((from, at) => log.slice(from, cut[at]))
          assert.deepEqual(findings(reportOf(parts.join(code), 64)), wanted)
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('many failures', () => {
  const three = (index: number): string =>
    [
      `go: corp.example/m${index}@v1.0.${index}: reading https://proxy.example/corp.example/m${index}/@v/v1.0.${index}.info: 404 Not Found`,
      `go: corp.example/m${index}@v1.0.0: Get "https://gate.example/corp.example/m${index}/@v/list": dial tcp: lookup gate.example on 10.0.0.1:53: no such host`,
      `go: corp.example/m${index}@v1.0.0: reading https://other.example/corp.example/m${index}/@v/v1.0.0.mod: 404 Not Found`,
    ][index % 3]!

  test('of three roots are three clusters', () => {
    const report = reportOf(Array.from({ length: 10_000 }, (_, index) => three(index)).join('\n'), 10_000)
    assert.deepEqual(
      report.roots.map(({ id, count, line, evidence }) => [id, count, line, evidence.length]),
      [
        ['MG1001', 3334, 1, 3],
        ['MG1008', 3333, 2, 3],
        ['MG1001', 3333, 3, 3],
      ],
    )
    assert.equal(report.roots[0]!.modules.count, 2000)
    assert.equal(report.roots[0]!.modules.atLeast, true)
  })

  test('with a host each do not become as many clusters', () => {
    const one = (index: number) =>
      `go: a.example/m@v1.0.0: reading https://h${index}.example/a/@v/v1.0.0.info: 404 Not Found`
    const { roots } = reportOf(Array.from({ length: 5000 }, (_, index) => one(index)).join('\n'))
    assert.equal(roots.length, 21)
    assert.equal(
      roots.reduce((sum, { count }) => sum + count, 0),
      5000,
    )
  })

  test('that nobody knows are counted beyond the ones that are told apart', () => {
    const word = (index: number) => String(index).replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)))
    const report = reportOf(Array.from({ length: 1000 }, (_, index) => `go: strange ${word(index)}`).join('\n'))
    assert.equal(report.unknown.length, 200)
    assert.equal(report.unknownLeft, 800)
  })
})

describe('hostile logs', () => {
  for (const [name, hostile] of [
    ['zeros', Buffer.alloc(2e6)],
    ['invalid UTF-8', Buffer.alloc(2e6, 0xff)],
    ['escapes without an end', Buffer.alloc(2e6, '\x1b[')],
    ['a text of a terminal without an end', Buffer.from(`\x1b]${'0'.repeat(2e6)}`)],
    ['carriage returns', Buffer.alloc(2e6, 'go: x\r')],
    ['braces and quotes', Buffer.alloc(2e6, '{"Output":"go: ')],
    ['blanks', Buffer.alloc(2e6, ' go:  ')],
    ['colons', Buffer.alloc(2e6, '::error ')],
    ['one line of failures', Buffer.alloc(2e6, `${absent} `)],
    ['indented lines only', Buffer.alloc(2e6, '\tmodule declares its path as: x\n')],
  ] as const) {
    test(`${name}: are read to the end, and what comes after is found`, () => {
      const { roots, bytes } = reportOf(Buffer.concat([hostile, Buffer.from(`\n\n${absent}\n`)]), 65_536)
      assert.equal(bytes, hostile.length + absent.length + 3)
      assert.ok(roots.some(({ id }) => id === 'MG1001'))
    })
  }

  test('cannot draw on the terminal: nothing of a control character is left', () => {
    const { roots } = reportOf(
      `go: \x1b[2J\x07\u202ea.example/m@v1.0.0: reading https://h.example/x: 404 Not Found\x9b31m`,
    )

    assert.doesNotMatch(roots[0]!.evidence[0]!.text, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/)
  })

  test('any bytes are read without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 500 }), (bytes, size) => {
        assert.equal(reportOf(bytes, size).bytes, bytes.length)
      }),
    )
  })
})
