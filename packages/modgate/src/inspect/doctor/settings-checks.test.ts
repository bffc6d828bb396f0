import { newEd25519VerifierKey } from '@modgate/gomod/note'
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { testMachine, type TestMachine } from '../../config/test-machine.ts'
import { readGoEnvironment } from '../evidence/go-environment.ts'
import { netrcMentions } from '../evidence/netrc.ts'
import { readProject } from '../evidence/project.ts'
import type { Finding } from '../finding.ts'
import { checkUp, doctorChecks } from './check-up.ts'
import type { DoctorEvidence } from './evidence.ts'

interface Row extends TestMachine {
  /** Lines of the file of `go env -w`. */
  readonly written?: string
  readonly netrc?: string
  readonly more?: Partial<DoctorEvidence>
}

/** A machine with a good Go and one public proxy that came with it. */
async function findings({ written, netrc, more, files = {}, ...machine }: Row): Promise<readonly Finding[]> {
  const all = {
    '/go/VERSION': 'go1.27.2\n',
    '/go/go.env': 'GOPROXY=https://public.test,direct\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n',
    ...(written !== undefined && { '/home/me/.config/go/env': written }),
    ...files,
  }
  const seen = testMachine({ ...machine, files: all, environment: { GOROOT: '/go', ...machine.environment } })
  const [go, project] = await Promise.all([readGoEnvironment(seen), readProject(seen)])
  const evidence: DoctorEvidence = {
    go,
    ...(project && { project }),
    ...(netrc !== undefined && { netrc: { path: '/home/me/.netrc', entries: netrcMentions(netrc) } }),
    ...more,
  }
  return checkUp(evidence).flatMap((result) => result.findings ?? [])
}

const env = (environment: Record<string, string>, rest: Row = {}): Row => ({ environment, ...rest })
const mod = (text: string, sum?: string): Row => ({
  files: { '/work/go.mod': `module corp.example/app\n${text}\n`, ...(sum !== undefined && { '/work/go.sum': sum }) },
})
const ci = (row: Row): Row => ({ ...row, environment: { CI: 'true', ...row.environment } })
const old: Row = { files: { '/go/VERSION': 'go1.26.8\n', '/go/go.env': 'GOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n' } }
const wants = (line: string, environment: Record<string, string> = {}): Row => ({
  environment,
  files: { '/work/go.mod': `module m.example/a\ngo ${line}\n` },
})
const key = newEd25519VerifierKey('gate.example', new Uint8Array(32).fill(7))

const rows: readonly (readonly [id: string, row: Row, title: RegExp | undefined])[] = [
  ['MG0101', env({ GOPROXY: 'https://a.test;https://b.test' }), /separated by something else/],
  ['MG0101', env({ GOPROXY: 'DIRECT' }), /missing scheme: DIRECT/],
  ['MG0101', env({ GOPROXY: ' , ' }), /contains no entries/],
  ['MG0101', env({ GOPROXY: 'https://a.test, direct' }), undefined],
  ['MG0102', env({ GOPROXY: '' }), /empty in the environment, which counts as not set/],
  ['MG0102', env({ GOPRIVATE: '' }), undefined],
  ['MG0103', env({ GOPROXY: 'direct' }, { written: 'GOPROXY=off\n' }), /does not count here/],
  ['MG0103', env({ GOPROXY: 'off' }, { written: 'GOPROXY=off\n' }), undefined],
  ['MG0104', { written: 'GOPRIVAT=corp.example\n' }, /GOPRIVAT is no variable of the go command: GOPRIVATE is/],
  ['MG0104', env({ GONOSUMBD: 'corp.example' }), /GONOSUMDB is/],
  ['MG0104', env({ GOLAND_HOME: '/x', GOTESTSUM: 'x', GOMAXPROCS: '2' }, { written: '# GOX=1\nGOARM=7\n' }), undefined],
  ['MG0105', env({ GONOSUMCHECK: '1' }), /does nothing/],
  ['MG0105', { written: 'GOSUMDB=sum.golang.org+insecure\n' }, /no way to skip/],
  ['MG0105', env({ GODEBUG: 'httpclient=2' }), /no such option/],
  ['MG0105', env({ GOFLAGS: '-x -insecure' }), /the flag is gone/],
  ['MG0105', env({ GODEBUG: 'http2client=0', GOFLAGS: '-x' }), undefined],
  ['MG0106', env({ GOFLAGS: '-mod mod' }), /"mod" is no flag/],
  ['MG0106', env({ GOFLAGS: "'-ldflags=-s" }), /not closed/],
  ['MG0106', env({ GOFLAGS: "'-ldflags=-s -w' --x" }), undefined],
  ['MG0107', env({ GOFLAGS: '-mod=vendor' }), /no proxy is asked/],
  ['MG0107', env({ GOFLAGS: '-mod=readonly' }), undefined],
  ['MG0108', env({ GOENV: 'off' }), /nothing that go env -w wrote counts/],
  ['MG0108', env({ GOENV: '/none' }), /cannot be read/],
  ['MG0108', env({}), undefined],
  ['MG0109', env({ GO111MODULE: 'off' }), /ignored/],
  ['MG0109', env({ GO111MODULE: 'yes' }), /unknown environment setting/],
  ['MG0109', env({ GO111MODULE: 'on' }), undefined],
  ['MG0110', env({ ALL_PROXY: 'http://p.test' }), /ignores ALL_PROXY/],
  ['MG0110', env({ http_proxy: 'http://p.test' }), /asked without it/],
  ['MG0110', env({ HTTPS_PROXY: 'http://p.test', NO_PROXY: 'public.test' }), /reached without HTTPS_PROXY/],
  ['MG0110', env({ HTTPS_PROXY: 'http://p.test', ALL_PROXY: 'x', NO_PROXY: 'other.test' }), undefined],
  ['MG0201', env({ GOPROXY: 'https://athens.azurefd.net,direct' }), /given up/],
  ['MG0201', env({}), undefined],
  ['MG0202', env({ GOPROXY: 'https://gate.example|direct' }), /after any error of gate.example/],
  ['MG0202', env({ GOPROXY: 'https://gate.example,direct' }), undefined],
  ['MG0203', env({ GOPROXY: 'off,https://gate.example' }), /begins with off/],
  ['MG0203', env({ GOPROXY: 'https://gate.example,off' }), undefined],
  ['MG0205', env({ GOPROXY: 'direct,https://gate.example' }), /https:\/\/gate.example behind it is never asked/],
  ['MG0205', env({ GOPROXY: 'https://a.test,https://a.test/' }), /twice/],
  ['MG0205', env({ GOPROXY: 'https://a.test,,direct' }), undefined],
  ['MG0206', env({ GOPROXY: 'http://gate.example' }), /plain http/],
  ['MG0206', env({ GOPROXY: 'http://localhost:3000,http://127.0.0.1' }), undefined],
  ['MG0207', env({ GOPROXY: 'http://u:p@gate.example' }), /refuses to send them/],
  ['MG0207', env({ GOPROXY: 'https://u:p@gate.example' }), undefined],
  ['MG0208', env({ GOPROXY: 'file:///none' }, { more: { missingFolders: ['file:///none'] } }), /is not there/],
  ['MG0208', env({ GOPROXY: 'file:///srv' }, { more: { missingFolders: [] } }), undefined],
  ['MG0301', env({ GOPRIVATE: 'corp.example, git.corp.example' }), /" git.corp.example" matches no module/],
  ['MG0301', env({ GONOSUMDB: 'https://corp.example' }), /is a URL/],
  ['MG0301', env({ GOINSECURE: 'corp.example:8080' }), /names a port/],
  ['MG0301', env({ GOPRIVATE: '/corp.example' }), /empty element/],
  ['MG0301', env({ GOPRIVATE: 'Corp.example' }), /capital/],
  ['MG0301', env({ GOPRIVATE: '!corp.example' }), /no exceptions/],
  ['MG0301', env({ GOPRIVATE: '[' }), /malformed/],
  ['MG0301', env({ GOPRIVATE: 'corp.example,*.corp.example', GONOPROXY: 'none' }), undefined],
  ['MG0302', env({ GOPRIVATE: 'corp.example,corp.example/team' }), /changes nothing/],
  ['MG0302', env({ GOPRIVATE: 'corp.example,*.corp.example' }), undefined],
  ['MG0303', env({ GOPRIVATE: '*corp.example' }), /too wide/],
  ['MG0303', env({ GOPRIVATE: 'github.com/org*' }), /too wide/],
  ['MG0303', env({ GONOPROXY: 'github.com' }), /too wide/],
  ['MG0303', env({ GOPRIVATE: 'github.com/org,*.corp.example' }), undefined],
  ['MG0304', env({ GOPRIVATE: 'corp.example/*' }), /does not cover corp.example itself/],
  [
    'MG0304',
    { ...mod('require git.corp.example/x v1.0.0'), environment: { GOPRIVATE: 'corp.example/*' } },
    /git.corp.example\/x/,
  ],
  ['MG0304', env({ GOPRIVATE: '*.corp.example' }), undefined],
  ['MG0305', env({ GOPROXY: 'https://gate.example', GOPRIVATE: 'corp.example' }), /gate.example is never asked/],
  ['MG0305', env({ GOPROXY: 'https://gate.example', GOPRIVATE: 'corp.example', GONOPROXY: 'none' }), undefined],
  ['MG0305', env({ GOPRIVATE: 'corp.example' }), undefined],
  ['MG0306', env({ GONOPROXY: 'corp.example' }), /go to sum.golang.org/],
  ['MG0306', env({ GOPRIVATE: 'corp.example' }), undefined],
  ['MG0307', env({ GONOSUMDB: 'corp.example' }), /public proxy is asked/],
  ['MG0307', env({ GOPRIVATE: 'corp.example' }), undefined],
  ['MG0308', env({ GOPROXY: 'https://gate.example', GOINSECURE: 'corp.example' }), /does nothing for corp.example/],
  ['MG0308', env({ GOINSECURE: 'corp.example' }), undefined],
  [
    'MG0309',
    env({ GOPROXY: 'https://g.test:8443' }, { netrc: 'machine g.test login a password b' }),
    /looks for g.test:8443/,
  ],
  ['MG0309', env({ GOPROXY: 'https://g.test' }, { netrc: 'machine g.test login a\n' }), /no password/],
  ['MG0309', env({ GOPROXY: 'https://g.test' }, { netrc: 'machine g.test\n login a\n password b' }), undefined],
  ['MG0310', env({ GOPROXY: 'http://g.test' }, { netrc: 'machine g.test login a password b' }), /never sent/],
  ['MG0310', env({ GOPROXY: 'https://g.test' }, { netrc: 'machine g.test login a password b' }), undefined],
  ['MG0311', mod('require corp.example/lib v1.0.0'), /public.test is told the names/],
  ['MG0311', { ...mod('require corp.example/lib v1.0.0'), environment: { GOPRIVATE: 'corp.example' } }, undefined],
  ['MG0401', { written: 'GOSUMDB=off\n' }, /for every project/],
  ['MG0401', env({ GOSUMDB: 'off' }), /in the environment/],
  ['MG0401', env({}), undefined],
  ['MG0402', env({ GOPRIVATE: '*' }), /no module is verified/],
  ['MG0402', env({ GOPRIVATE: '*.corp.example' }), undefined],
  ['MG0403', env({ GOSUMDB: '"sum.golang.org"' }), /cannot be read/],
  ['MG0403', env({ GOSUMDB: 'sum.golang.org https://mirror.example' }), undefined],
  ['MG0405', mod('require a.test/x v1.0.0'), /no go.sum/],
  ['MG0405', mod('require a.test/x v1.0.0\nreplace a.test/x => ../x'), undefined],
  ['MG0406', mod('', '<<<<<<< HEAD\n'), /malformed go.sum/],
  ['MG0406', mod('', ''), undefined],
  ['MG0407', mod('', 'golang.org/toolchain v0.0.1-go1.27.0.linux-amd64 h1:x\n'), /never writes/],
  ['MG0407', mod('', 'a.test/x v1.0.0 h1:x\n'), undefined],
  [
    'MG0408',
    { ...mod('require a.test/x v1.0.0', 'a.test/x v1.0.0/go.mod h1:x\n'), environment: { GOPRIVATE: 'a.test' } },
    /believed/,
  ],
  [
    'MG0408',
    { ...mod('require a.test/x v1.0.0', 'a.test/x v1.0.0 h1:x\n'), environment: { GOPRIVATE: 'a.test' } },
    undefined,
  ],
  ['MG0409', env({ GOFLAGS: '-x -mod=mod' }), /-mod=mod/],
  ['MG0409', env({ GOFLAGS: '-mod=readonly' }), undefined],
  ['MG0501', old, /go1.26.8 has holes/],
  ['MG0501', { files: { '/go/VERSION': 'go1.27.1\n' } }, /go1.27.1/],
  ['MG0501', { files: { '/go/VERSION': 'go1.26.9\n' } }, undefined],
  ['MG0501', { files: { '/go/VERSION': 'go1.28rc1\n' } }, undefined],
  ['MG0502', wants('1.99.0', { GOTOOLCHAIN: 'local' }), /wants go 1.99.0/],
  ['MG0502', wants('1.99.0'), undefined],
  ['MG0502', wants('1.21', { GOTOOLCHAIN: 'local' }), undefined],
  ['MG0503', env({ GOTOOLCHAIN: 'go1.99.0', GOSUMDB: 'off' }), /cannot be verified/],
  ['MG0503', env({ GOTOOLCHAIN: 'go1.99.0', GONOSUMDB: 'golang.org/*' }), undefined],
  ['MG0504', env({ GOTOOLCHAIN: 'go1.99+auto' }), /first release is go1.99.0/],
  ['MG0504', wants('1.22\ntoolchain go1.99'), /first release is go1.99.0/],
  ['MG0504', wants('1.99'), undefined],
  ['MG0505', env({ GOTOOLCHAIN: '1.26.9' }), /cannot be read/],
  ['MG0505', env({ GOTOOLCHAIN: 'go1.26.9+auto' }), undefined],
  ['MG0701', ci(env({ GOFLAGS: '-mod=mod' })), /-mod=mod/],
  ['MG0701', env({ GOFLAGS: '-mod=mod' }), undefined],
  ['MG0702', ci(mod('require a.test/x v1.0.0')), /no go.sum/],
  ['MG0702', ci(mod('')), undefined],
  ['MG0703', ci(env({ GOPROXY: 'direct' })), /clones every module/],
  ['MG0703', ci(env({})), undefined],
  [
    'MG0704',
    ci({ more: { git: { there: false, insteadOf: [], credentialHelpers: [], unchecked: [] } } }),
    /no git here/,
  ],
  ['MG0704', ci({ more: { git: { there: true, insteadOf: [], credentialHelpers: [], unchecked: [] } } }), undefined],
  ['MG0705', ci(env({ GIT_TERMINAL_PROMPT: '1' })), /asks for a password/],
  ['MG0705', ci(env({ GIT_TERMINAL_PROMPT: '0' })), undefined],
  [
    'MG0312',
    { more: { git: { there: true, insteadOf: [], credentialHelpers: [], unchecked: ['every host'] } } },
    /does not check/,
  ],
  ['MG0404', env({ GOSUMDB: key, GOPRIVATE: 'corp.example' }), /gate.example is not asked/],
  ['MG0404', env({ GOSUMDB: key, GOPRIVATE: 'corp.example', GONOSUMDB: 'none' }), undefined],
  ['MG0404', env({ GOSUMDB: key, GONOSUMDB: 'corp.example' }), /what GONOSUMDB covers/],
  ['MG0404', env({ GOSUMDB: key }), undefined],
]

describe('each check finds what it is for, and nothing where all is well', () => {
  for (const [at, [id, row, title]] of rows.entries()) {
    test(`${id} ${title === undefined ? 'is silent' : String(title)} (${at})`, async () => {
      const found = (await findings(row)).filter((finding) => finding.id === id)
      if (title === undefined) assert.deepEqual(found, [])
      else assert.match(found.map((finding) => finding.title).join('\n'), title)
    })
  }
})

test('a machine with the settings that came with Go has no finding', async () => {
  assert.deepEqual(await findings({}), [])
})

test('behind a gate with a log of its own, a project with private modules has nothing exempt and nothing to mend', async () => {
  const sum = ['corp.example/lib v1.0.0', 'corp.example/lib v1.0.0/go.mod'].map(
    (what) => `${what} h1:${'A'.repeat(43)}=\n`,
  )
  const row = mod('require corp.example/lib v1.0.0', sum.join(''))
  const found = await findings({ ...row, environment: { GOPROXY: 'https://gate.example', GOSUMDB: key } })
  assert.deepEqual(found, [])
})

test('every check has an id, a claim and an explanation of its own', () => {
  assert.equal(new Set(doctorChecks.map(({ id }) => id)).size, doctorChecks.length)
  assert.deepEqual(
    doctorChecks.filter(({ claim, explanation }) => claim === '' || explanation === ''),
    [],
  )
})

test('fixes of one list do not undo each other', async () => {
  const found = await findings({ written: 'GOPRIVATE= a.example,*corp.example\n' })
  const values = found.flatMap(({ fix }) => (fix?.change?.kind === 'go-env' ? [fix.change.value] : []))
  assert.deepEqual(new Set(values), new Set(['a.example,corp.example,*.corp.example']))
})
