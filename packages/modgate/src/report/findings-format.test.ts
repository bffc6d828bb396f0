import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import type { Finding } from '../inspect/finding.ts'
import { findingsFormats, renderFindings, type FindingsOptions } from './findings-format.ts'
import { codeBlock, codeSpan, markdownText } from './findings-markdown.ts'

const options: FindingsOptions = {
  command: 'modgate doctor',
  version: '1.2.3',
  root: '/work/shop',
  rules: [{ id: 'MG0101', claim: 'GOPROXY can be read', explanation: 'It is a list.' }],
}

const inFile: Finding = {
  id: 'MG0101',
  group: 'Settings',
  severity: 'problem',
  title: 'GOPROXY: "a b" is no list',
  detail: 'Nothing can be fetched.',
  evidence: [{ place: '/work/shop/ci/build.yml', line: 7, text: 'GOPROXY: a b' }],
  fix: { words: 'Write a comma.', commands: ['go env -w GOPROXY=a,b'] },
  limits: 'that b answers',
}
const inEnvironment: Finding = {
  id: 'MG0102',
  group: 'Settings',
  severity: 'warning',
  title: 'GOSUMDB is off',
  evidence: [{ place: 'GOSUMDB in the environment', text: 'off' }],
}
const remark: Finding = { id: 'MG0103', group: 'CI', severity: 'note', title: 'all is cached', evidence: [] }
const all = [inFile, inEnvironment, remark]

/** The part of the SARIF 2.1.0 schema that is used, with its closed objects and its required properties. */
const message = z.strictObject({ text: z.string().min(1) })
const location = z.union([
  z.strictObject({ logicalLocations: z.array(z.strictObject({ fullyQualifiedName: z.string() })).min(1) }),
  z.strictObject({
    physicalLocation: z.strictObject({
      artifactLocation: z.strictObject({
        uri: z.string().regex(/^[\w.~!$&'()*+,;=:@%/-]+$/),
        uriBaseId: z.string().optional(),
      }),
      region: z
        .strictObject({ startLine: z.int().min(1), snippet: z.strictObject({ text: z.string() }).optional() })
        .optional(),
    }),
  }),
])
const rule = z.strictObject({ id: z.string(), shortDescription: message, fullDescription: message, help: message })
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({ name: z.literal('modgate'), version: z.string(), rules: z.array(rule) }),
        }),
        automationDetails: z.strictObject({ id: z.string() }),
        columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
        results: z.array(
          z.strictObject({
            ruleId: z.string(),
            ruleIndex: z.int().min(0),
            level: z.enum(['none', 'note', 'warning', 'error']),
            message,
            locations: z.array(location),
            partialFingerprints: z.record(z.string(), z.string()),
          }),
        ),
      }),
    )
    .length(1),
})

test('SARIF has the structure of its schema, a rule for each result and one fingerprint for each', () => {
  const log = sarif.parse(JSON.parse(renderFindings([...all, inFile], 'sarif', options)))
  const { results, tool } = log.runs[0]!
  for (const { ruleId, ruleIndex } of results) assert.equal(tool.driver.rules[ruleIndex]!.id, ruleId)
  assert.equal(new Set(results.map((result) => Object.values(result.partialFingerprints)[0])).size, 4)
  assert.deepEqual(results[0]!.locations, [
    {
      physicalLocation: {
        artifactLocation: { uri: 'ci/build.yml', uriBaseId: '%SRCROOT%' },
        region: { startLine: 7, snippet: { text: 'GOPROXY: a b' } },
      },
    },
  ])
})

test('a file outside of the repository is a file URL', () => {
  const outside = { ...inFile, evidence: [{ place: 'C:\\Users\\me\\go env', line: 1 }] }
  assert.match(renderFindings([outside], 'sarif', options), /"file:\/\/\/C:\/Users\/me\/go%20env"/)
})

test('a fingerprint stays where lines move', () => {
  const print = (line: number) =>
    JSON.stringify(
      JSON.parse(renderFindings([{ ...inFile, evidence: [{ place: 'a.yml', line }] }], 'gitlab', options)),
    ).match(/"fingerprint":"(.+?)"/)![1]
  assert.equal(print(1), print(99))
})

test('GitHub gets a workflow command a finding', () => {
  assert.deepEqual(renderFindings(all, 'github', options).split('\n'), [
    '::error file=ci/build.yml,line=7,title=MG0101 GOPROXY%3A "a b" is no list::GOPROXY: "a b" is no list%0A%0ANothing can be fetched.%0A%0A/work/shop/ci/build.yml:7: GOPROXY: a b%0A%0AFix: Write a comma.%0A  go env -w GOPROXY=a,b%0A%0ANot proved: that b answers',
    '::warning title=MG0102 GOSUMDB is off::GOSUMDB is off%0A%0AGOSUMDB in the environment: off',
    '::notice title=MG0103 all is cached::all is cached',
  ])
})

test('Azure gets a logging command for each problem and warning', () => {
  assert.deepEqual(renderFindings(all, 'azure', options).split('\n'), [
    '##vso[task.logissue type=error;sourcepath=ci/build.yml;linenumber=7;code=MG0101;]GOPROXY: "a b" is no list%0AFix: Write a comma.%0Ago env -w GOPROXY=a,b',
    '##vso[task.logissue type=warning;code=MG0102;]GOSUMDB is off',
    'MG0103 all is cached',
  ])
})

test('GitLab gets issues with all that it requires, each in a file of the repository', () => {
  const issue = z.object({
    description: z.string(),
    check_name: z.string(),
    fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
    severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
    location: z.object({
      path: z.string().regex(/^(?![./])/),
      lines: z.object({ begin: z.int().min(1) }),
    }),
  })
  const report = z.array(issue).parse(JSON.parse(renderFindings(all, 'gitlab', options)))
  assert.deepEqual(
    report.map(({ location, severity }) => [location.path, location.lines.begin, severity]),
    [
      ['ci/build.yml', 7, 'major'],
      ['go.mod', 1, 'minor'],
      ['go.mod', 1, 'info'],
    ],
  )
})

test('whatever a finding quotes, an annotation stays one line and one command', () => {
  const text = fc.string({ unit: fc.constantFrom('%', '\n', '\r', ':', ',', ';', ']', '##vso[', '::error::', 'x') })
  fc.assert(
    fc.property(text, text, fc.constantFrom<Finding['severity']>('problem', 'warning', 'note'), (a, b, severity) => {
      const hostile: Finding = { ...inFile, severity, title: `t${a}`, evidence: [{ place: `f${b}`, line: 1, text: a }] }
      const github = renderFindings([hostile], 'github', options)
      assert.match(github, /^::(error|warning|notice) file=[^:,\r\n]+,line=1,title=[^:,\r\n]+::[^\r\n]+$/)
      const azure = renderFindings([hostile], 'azure', options)
      assert.match(azure, /^[^\r\n]+$/)
      const head = /^##vso\[task\.logissue type=\w+;sourcepath=[^;\]]+;linenumber=1;code=MG0101;\]/
      if (severity !== 'note') assert.match(azure, head)
      else assert.doesNotMatch(azure, /##/)
    }),
  )
})

test('no terminal obeys what a finding quotes', () => {
  const hostile: Finding = {
    ...inFile,
    title: 'a\u001b[2Jb\rc\u202e',
    evidence: [{ place: 'x\u0007', text: '\u001b]0;t\u0007' }],
  }
  for (const format of ['text', 'markdown'] as const) {
    assert.doesNotMatch(renderFindings([hostile], format, options), /[\u0000-\u0009\u000b-\u001f\u202e]/)
  }
})

test('Markdown quotes without becoming markup', () => {
  assert.equal(
    markdownText('# <b> [x](y) @you a@v1.0.0 `c` *d*'),
    '\\# \\<b\\> \\[x\\](y) @\u2060you a@v1.0.0 \\`c\\` \\*d\\*',
  )
  assert.equal(codeSpan('a ``b` c'), '```a ``b` c```')
  assert.equal(codeSpan('`'), '`` ` ``')
  assert.equal(codeBlock('a\n```\nb'), '````\na\n```\nb\n````')
})

test('JSON has the findings as they are and counts them', () => {
  const read = parseDocument(renderFindings(all, 'json', { ...options, more: { notChecked: 2 } })).toJS() as unknown
  assert.deepEqual(read, { notChecked: 2, findings: all, summary: { problems: 1, warnings: 1, notes: 1 } })
})

test('no form shows a secret, whatever it escapes', () => {
  const secret = 'pa%ss"zq;xv:1,2'
  const leaking: Finding = { ...inFile, title: `with ${secret}`, evidence: [{ place: secret, line: 1, text: secret }] }
  for (const format of findingsFormats) {
    const text = renderFindings([leaking], format, { ...options, secrets: [secret] })
    assert.doesNotMatch(text, /zq.{0,3}xv/, format)
    assert.match(text, /xxxxx/, format)
  }
})

test('nothing found is said in words to people, and is an empty report to programs', () => {
  assert.match(renderFindings([], 'text', options), /nothing found/)
  assert.match(renderFindings([], 'markdown', options), /no problems/)
  assert.equal(renderFindings([], 'github', options), '')
  assert.equal(renderFindings([], 'azure', options), '')
  assert.equal(renderFindings([], 'gitlab', options), '[]')
  sarif.parse(JSON.parse(renderFindings([], 'sarif', options)))
})
