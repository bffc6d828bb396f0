import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { gitConfig, sshCommand } from './git-access.ts'
import { sshAccess } from './ssh-access.ts'

const clean = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' }

test('git reads from its environment what it is handed', () => {
  const header = ['http.https://git.example/.extraHeader', 'Authorization: Bearer a=b "c"'] as const
  const pin = ['http.curloptResolve', 'git.example:443:192.0.2.1'] as const
  const environment = gitConfig([pin, header])
  const read = (...args: string[]) =>
    execFileSync('git', ['config', ...args], { env: { ...clean, ...environment }, cwd: '/' })
      .toString()
      .trim()
  assert.equal(read('http.curloptResolve'), pin[1])
  assert.equal(read('--get-urlmatch', 'http.extraHeader', 'https://git.example/team/lib'), header[1])
  assert.throws(() => read('--get-urlmatch', 'http.extraHeader', 'https://git.example.evil.example/team/lib'))
  assert.throws(() => read('--get-urlmatch', 'http.extraHeader', 'http://git.example/team/lib'))
})

/** What ssh makes of its options (`ssh -G`): keyword to values. */
function sshSettings(url: string, command: string): ReadonlyMap<string, string> {
  // As git gives it to a shell, with its own arguments behind.
  const { hostname } = new URL(url)
  const output = execFileSync('sh', ['-c', `${command} -G ${hostname}`], { env: clean, stdio: ['ignore', 'pipe', 'ignore'] })
  return new Map(output.toString().split('\n').map((line) => [line.split(' ')[0]!, line.slice(line.indexOf(' ') + 1)]))
} // prettier-ignore

const ssh = sshAccess([
  { host: 'git.example', keyFile: '/keys/a b%c/id', knownHostsFile: "/keys/it's known", trust: 'accept-new' },
  { host: 'git.example', port: 2222, agent: '/run/agent.sock', trust: 'known' },
])

const rows: readonly (readonly [url: string, settings: Readonly<Record<string, string>>])[] = [
  [
    'ssh://git@git.example/lib',
    {
      identityfile: '/keys/a b%%c/id',
      identitiesonly: 'yes',
      identityagent: 'none',
      stricthostkeychecking: 'accept-new',
      userknownhostsfile: "/keys/it's known",
      batchmode: 'yes',
    },
  ],
  [
    'ssh://git@git.example:2222/lib',
    { identityfile: 'none', identitiesonly: 'no', identityagent: '/run/agent.sock', stricthostkeychecking: 'true' },
  ],
  [
    'ssh://git@elsewhere.example/lib',
    { identityfile: 'none', identitiesonly: 'yes', identityagent: 'none', stricthostkeychecking: 'true' },
  ],
]

for (const [url, settings] of rows) {
  test(`ssh proves itself to ${url} with what is for this host, and asks nobody`, () => {
    const read = sshSettings(url, sshCommand({ config: [], ssh: ssh(new URL(url)) }))
    for (const [key, value] of Object.entries({ batchmode: 'yes', ...settings }))
      assert.equal(read.get(key), value, key)
  })
}
