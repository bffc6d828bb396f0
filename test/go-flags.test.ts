// GOFLAGS that the real go does not read are refused before anything is done, and only those.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { goClient } from './harness/go-client.ts'

const values = [
  ...[
    '',
    '-mod=mod',
    '--mod=readonly',
    '-mod=',
    '-mod=bogus',
    '-mod',
    'nonsense',
    '-mod=mod nonsense',
    '-',
    '--',
    '---x',
  ],
  ...[
    '-=x',
    '--=x',
    "'-mod=mod'",
    "'-mod=mod",
    '"-tags=a b"',
    '-modfile=other',
    '-modfile=go.mod',
    '-modfile=',
    '-modfile',
  ],
  ...['-modcacherw', '-modcacherw=yes', '-modcacherw=T', '-modcacherw=0', '-tags=a,b', '-trimpath  -mod=mod'],
]

test('GOFLAGS are refused where the real go refuses them, with the setting that has them', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const go = await goClient(t, {
    toolchain,
    proxy: 'off',
    sumdb: 'off',
    files: { 'go.mod': 'module main.example\n\ngo 1.20\n' },
  })
  for (const GOFLAGS of values) {
    const real = await go.run(['list', '-m', 'all'], { GOFLAGS })
    const environment = { ...go.env, GOFLAGS }
    const { code, stderr } = await runCommand(['resolve'], { home: go.env['HOME']!, cwd: go.directory, environment })
    assert.equal(code !== 0, real.code !== 0, `${GOFLAGS}: ${real.stderr}${stderr}`)
    if (code !== 0)
      assert.match(
        stderr,
        /^modgate: GOFLAGS=.*\(in the environment\); the go command refuses it, too\n {2}next: /,
        GOFLAGS,
      )
  }
})
