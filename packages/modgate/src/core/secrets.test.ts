import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hidden, hideSecrets, hideSecretsIn, secretsOf, secretsOfNetrc } from './secrets.ts'

/** What is secret stands between « and ». */
const rows: readonly string[] = [
  'https://«user:pass»@proxy.example/a',
  'https://«ghtoken123»@proxy.example',
  'GET https://«u:p@ss»@h.example/x@v1 failed',
  'https://«u:pa/ss:w»@h.example/x',
  'GOPROXY=https://a.example,https://«u:p%40ss»@b.example|direct',
  'https%3A%2F%2F«u%3Asecret»%40h.example%2Fx',
  'HTTPS_PROXY=«u:hunter2»@proxy.example:3128',
  'ssh://«git:hunter2»@h.example/x',
  'Authorization: Bearer «abc.def»',
  '> Proxy-Authorization: Basic «dXNlcjpwYXNz»',
  'h2: header field "authorization" = "Basic «dXNlcjpwYXNz»"',
  'http.extraheader=AUTHORIZATION: basic «eDpzZWNyZXQ=»',
  'Cookie: «sid=1; other=2»',
  'PRIVATE-TOKEN: «abcdefgh»',
  "curl -H 'JOB-TOKEN: «abcdefgh»' https://h.example",
  'curl -u «me:hunter2» https://h.example',
  'sent bearer «abc123def» along',
  'sent Basic «dTpw» along',
  'https://h.example/x?a=1&private_token=«zzz»&b=2',
  'https://h.example/x?X-Amz-Signature=«zzz»#f',
  'https://h.example/x?X-Goog-Signature=«zzz»&X-Amz-Security-Token=«y»',
  'https://h.example/x?sv=2&sig=«a%2Fb»',
  'with «ghp_abcdefghijklmnopqrstuvwxyz0123456789» in it',
  'with «github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz» in it',
  'with «glpat-abcdefghij0123456789» and «glcbt-64_abcdefghij0123456789» in it',
  'with «xoxb-123456789012-abcdefghijkl» in it',
  'with «AKIAIOSFODNN7EXAMPLE» in it',
  'aws_secret_access_key = «wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»',
  'with «AIzaSyA1234567890abcdefghijklmnopqrstuv» in it',
  'with «npm_abcdefghijklmnopqrstuvwxyz0123456789» in it',
  'with «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r» in it',
  'with «sk-proj-Abcdefghij0123456789klmn» in it',
  'with «PRIVATE+KEY+sum.corp.example+a1b2c3d4+AXb0R3d9» in it',
  'machine h.example login «me» password «hunter2»',
  'machine h.example\n  login «me»\n  password «hunter2»\nmachine i.example login «x» password «y»',
  '"machine h.example\\n\\tlogin «me»\\n\\tpassword «hunter2»\\n"',
  '  password «hunter2»',
  'GITHUB_TOKEN=«abc» GOFLAGS=-mod=mod',
  'export CORP_PASSWORD="«two words»"',
  'env: {"NPM_TOKEN":"«abcdef»","CI":"true"}',
  '"text": "export NPM_TOKEN=\\"«abcdef»\\""',
  '//npm.corp.example/:_authToken=«abcdef»',
  '  api_key: «abcdef»',
  'deploy --token «abcdef» --verbose',
  'deploy --password=«abcdef»',
]

test('what is secret is taken out, and nothing else', () => {
  for (const row of rows) {
    const text = row.replace(/[«»]/g, '')
    assert.equal(hideSecrets(text), row.replace(/«[^»]*»/g, 'xxxxx'), text)
  }
})

const innocent: readonly string[] = [
  'github.com/a/b@v1.0.0',
  'https://h.example/github.com/a/b/@v/list',
  'https://h.example:8080/mod/@v/v1.0.0.info',
  'golang.org/x/text v0.3.0 h1:g61tztE5qeGQ89tm6NTjjM9VPIm088od1l6aSorWRWg=',
  'github.com/a/b v0.0.0-20240102030405-0123456789abcdef0123',
  'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8',
  'GOSUMDB=sum.corp.example+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8 https://sum.corp.example',
  'git@github.com:owner/repo.git',
  'ssh://git@git.corp.example:2222/team/lib.git',
  'url.git@git.corp.example:.insteadof=https://git.corp.example/',
  '0123456789abcdef0123456789abcdef01234567',
  'basic authentication is wanted, or bearer authentication',
  'password authentication was removed',
  'image: registry.example/tool:1.2@sha256:0123456789abcdef',
  'GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}',
  'export TOKEN="$CI_JOB_TOKEN"',
  'credential.helper=store',
  'parse error: unexpected token at line 3',
  'GOAUTH=netrc',
  'reading https://proxy.example/github.com/a/b/@v/v1.0.0.mod: 404 Not Found',
  'github.com/corp/sk-learn-something-very-long-and-small',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
]

test('what people search for stays', () => {
  for (const text of innocent) assert.equal(hideSecrets(text), text)
})

test('a private key goes as a whole, on lines or escaped, whole or cut off', () => {
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/aB\nXyZ=\n-----END RSA PRIVATE KEY-----'
  for (const text of [key, JSON.stringify(key), key.slice(0, -30), `${key}\n${key}`]) {
    assert.doesNotMatch(hideSecrets(text), /MIIE|XyZ/)
  }
  assert.match(hideSecrets(`${key}; after`), /after$/)
})

test('a known value goes in each form in which it comes back', () => {
  const secret = 'pä ss"w+rd/1'
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    ...['', 'u:', 'me:'].map((user) => Buffer.from(`${user}${secret}`).toString('base64').replace(/=+$/, '')),
    Buffer.from(`x${secret}y`).toString('base64url'),
  ]
  for (const form of forms) {
    const shown = hideSecrets(`a ${form} b`, [secret])
    assert.match(shown, /xxxxx/, form)
    assert.ok(shown.length <= 16, shown)
  }
})

test('of values that hold each other the longest goes first, and short ones are words', () => {
  assert.equal(hideSecrets('abcdefgh abcdef go', ['abcdef', 'abcdefgh', 'go', '']), 'xxxxx xxxxx go')
})

test('the environment tells secrets by the names of variables and by user information', () => {
  const known = secretsOf({
    NPM_TOKEN: 'abcdef1',
    GOPROXY: 'https://u:pa%20ssword@h.example,https://tokenonly@i.example|direct',
    HTTPS_PROXY: 'http://u:short@h.example',
    GIT_CONFIG_VALUE_0: 'ssh://gituser@h.example',
    TOKEN_FILE: '/run/secrets/token',
    HOME: '/home/me',
  })
  assert.deepEqual(known, ['abcdef1', 'pa%20ssword', 'pa ssword', 'tokenonly', 'tokenonly'])
})

test('netrc tells passwords', () => {
  assert.deepEqual(secretsOfNetrc('machine h login me password hunter22\ndefault password other1'), [
    'hunter22',
    'other1',
  ])
})

test('hiding twice is hiding once, and JSON stays JSON', () => {
  const piece = fc.constantFrom(...rows.map((row) => row.replace(/[«»]/g, '')), ...innocent, '"', '\\', '\n', ':', '@')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = pieces.join(' ')
      const once = hideSecrets(text)
      assert.equal(hideSecrets(once), once)
      JSON.parse(hideSecrets(JSON.stringify({ text, list: pieces })))
    }),
  )
})

test('ten megabytes of anything take time linear in their length', () => {
  const heads = ['://', '://a:', 'https%3A%2F%2F', 'password', 'token=', 'machine a login ', 'eyJ.', ' Basic ', '-u a']
  const others = ['\\n ', 'a.b-c_', '-----BEGIN PRIVATE KEY-----', ' ', 'x', '&a', 'authorization: ', '"a": "']
  const time = (piece: string, length: number) => {
    const text = piece.repeat(length / piece.length)
    const start = performance.now()
    hideSecrets(text, ['some-secret', 'another'])
    return performance.now() - start
  }
  const bounded = (piece: string, length: number) => {
    const small = Math.max(10, time(piece, length / 20))
    const large = time(piece, length)
    // Twenty times the text; a quadratic pattern would need four hundred times as long.
    assert.ok(large < small * 120, `${piece.slice(0, 40)}: ${small} ms, then ${large} ms`)
  }
  for (const piece of [...heads, ...others]) bounded(piece, 5e5)
  bounded(rows.join('\n'), 1e7)
})

test('data stays data: secrets go out of its values, whatever the keys are called', () => {
  const data = {
    url: 'https://user:s3cretpass@proxy.example/x',
    credentials: ['netrc of proxy.example'],
    token: 'abcdefgh',
    passwords: { none: true },
    nested: [{ known: 'what planted1 says' }],
    count: 3,
    nothing: null,
  }
  assert.deepEqual(hideSecretsIn(data, ['planted1']), {
    url: `https://${hidden}@proxy.example/x`,
    credentials: ['netrc of proxy.example'],
    token: hidden,
    passwords: { none: true },
    nested: [{ known: `what ${hidden} says` }],
    count: 3,
    nothing: null,
  })
})
