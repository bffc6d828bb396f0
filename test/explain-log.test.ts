// `modgate explain` on logs, with the real command: the forms in which CI systems keep them, pipes, and logs that mean harm.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { explained, explaining, logs, reported } from './harness/explain.ts'
import * as faults from './harness/fault.ts'
import { goClient } from './harness/go-client.ts'
import { fencedBlocks } from './harness/markdown.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

describe('a log as it is kept', () => {
  for (const [file, id, line, module, traps] of [
    ['github.log', 'MG1001', 10, 'git.corp.example/team/lib@v1.4.0', ['MG0481']],
    ['github-cli.log', 'MG1042', 3, 'hello.example/hello@v1.0.0', []],
    ['gitlab.log', 'MG1047', 6, 'private.example/team/secret@v1.0.0', ['MG0482']],
    ['gitlab-timestamps.log', 'MG1047', 6, 'private.example/team/secret@v1.0.0', ['MG0482']],
    ['azure.log', 'MG1007', 6, 'hello.example/hello@v1.0.0', []],
    ['jenkins.log', 'MG1042', 5, 'hello.example/hello@v1.0.0', []],
    ['buildkit.log', 'MG1047', 8, 'private.example/team/secret@v1.0.0', []],
    ['compose.log', 'MG1007', 2, 'hello.example/hello@v1.0.0', []],
    ['kubectl.log', 'MG1001', 1, 'git.corp.example/team/lib@v1.4.0', []],
    ['json.log', 'MG1001', 1, 'git.corp.example/team/lib@v1.4.0', []],
    ['download-json.log', 'MG1001', 4, 'corpus.test/nosuch@v1.0.0', []],
    ['trace.log', 'MG1003', 11, 'corpus.test/Caps@v1.0.0', ['MG0485']],
  ] as const) {
    test(`${file} has one cause, ${id} in line ${line}`, async (t) => {
      const { roots, unknown, verification } = await reported(t, file)
      assert.deepEqual(
        roots.map((root) => [root.id, root.line, root.modules.names]),
        [[id, line, [module]]],
      )
      assert.deepEqual(unknown, [])
      assert.deepEqual(
        verification.findings.map((finding) => finding.id),
        traps,
      )
    })
  }

  test('compressed by gzip, or in the UTF-16 of PowerShell, says the same', async (t) => {
    const plain = await readFile(join(logs, 'azure.log'))
    const wanted = (await reported(t, 'azure.log')).roots
    const utf16 = Buffer.from(`\ufeff${plain.toString()}`, 'utf16le')
    for (const form of [
      gzipSync(plain),
      Buffer.concat([gzipSync(plain.subarray(0, 99)), gzipSync(plain.subarray(99))]),
      utf16,
    ])
      assert.deepEqual((await reported(t, '-', form)).roots, wanted)
  })
})

describe('what the real go prints', () => {
  test('is known in its plain form, with -x and with -json', async (t) => {
    const toolchain = await requireComponent(t, 'go')
    if (!toolchain) return
    const upstream = await corpusUpstream(t)
    const sumdb = upstream.database.key
    const client = await goClient(t, {
      toolchain,
      proxy: upstream.url,
      sumdb,
      files: { 'go.mod': 'module main.example\n' },
    })
    upstream.fault('*hello*', faults.status(403, 'blocked by policy\n'))
    for (const args of [
      ['mod', 'download', 'hello.example/hello@v1.0.0'],
      ['mod', 'download', '-x', 'hello.example/hello@v1.0.0'],
      ['mod', 'download', '-json', 'hello.example/hello@v1.0.0'],
      ['get', '-x', 'hello.example/hello@v1.0.0'],
    ]) {
      const { stdout, stderr } = await client.run(args)
      const { roots } = await reported(t, '-', stdout + stderr)
      assert.deepEqual(
        roots.map(({ id, modules }) => [id, modules.names]),
        [['MG1003', ['hello.example/hello@v1.0.0']]],
        args.join(' '),
      )
    }
  })

  test('with -x shows which modules a checksum database vouched for', async (t) => {
    const toolchain = await requireComponent(t, 'go')
    if (!toolchain) return
    const upstream = await corpusUpstream(t)
    const sumdb = upstream.database.key
    const client = await goClient(t, {
      toolchain,
      proxy: upstream.url,
      sumdb,
      files: { 'go.mod': 'module main.example\n' },
    })
    const download = ['mod', 'download', '-x', 'caps.example/BurntToast/Toaster@v1.0.0']
    const asked = await client.run(download)
    assert.deepEqual((await reported(t, '-', asked.stderr)).verification.findings, [])
    await client.forget()
    const exempt = await client.run(download, { GONOSUMDB: '*' })
    const { findings } = (await reported(t, '-', exempt.stderr)).verification
    assert.deepEqual(
      findings.map(({ id }) => id),
      ['MG0485'],
    )
    assert.match(JSON.stringify(findings), /caps\.example\/BurntToast\/Toaster@v1\.0\.0/)
  })
})

describe('for a person', () => {
  test('the cause comes first and the command to type last, on one screen', async (t) => {
    const { stdout, code } = await explained(t, ['github.log'])
    const lines = stdout.trimEnd().split('\n')
    assert.match(lines[0]!, /^github\.log: 1 cause of 1 failure, 1 remark about verification in 12 lines/)
    assert.match(lines[2]!, /^1\. 404 Not Found from a module proxy \(MG1001\), once$/)
    assert.match(lines[3]!, /^ {3}line 10: main\.go:3:8: git\.corp\.example/)
    assert.match(lines.at(-1)!, /^Begin with the first: curl /)
    assert.ok(lines.length <= 40, `${lines.length} lines`)
    assert.doesNotMatch(stdout, /\x1b/)
    assert.equal(code, 1)
  })

  test('a hundred causes fit on the screen too', async (t) => {
    const hosts = Array.from({ length: 100 }, (_, index) => index)
    const log = hosts.flatMap((host) => [
      `go: a.example/m@v1.0.${host}: reading https://h${host}.example/a/@v/v1.0.0.info: ${400 + (host % 5)} Not Found`,
      `go: a.example/m@v1.0.${host}: reading https://h${host}.example/a/@v/v1.0.0.info: 404 Not Found`,
    ])
    const { stdout } = await explained(t, ['-'], log.join('\n'))
    assert.ok(stdout.split('\n').length <= 60)
  })

  test('nothing found is code 0, and no proof', async (t) => {
    const { stdout, code } = await explained(t, ['-'], 'ok  \ta.example/m\t0.1s\n')
    assert.match(stdout, /no failure found in 1 line .*\n\n.*proves nothing/)
    assert.equal(code, 0)
  })

  test('an empty log says how to make one', async (t) => {
    const { stdout, code } = await explained(t, ['-'])
    assert.match(stdout, /standard input: empty\n[^]*2>&1 \| modgate explain -/)
    assert.equal(code, 0)
  })

  test('secrets in what is quoted are hidden, in text and in JSON', async (t) => {
    const planted =
      'go: a.example/m@v1.0.0: reading https://user:hunter2secret@h.example/m?token=glpat-abcdefghij0123456789: 404 Not Found'
    for (const flags of [[], ['--json']]) {
      const { stdout } = await explained(t, [...flags, '-'], planted)
      assert.match(stdout, /MG1001/)
      assert.doesNotMatch(stdout, /hunter2secret|glpat-abcdefghij0123456789/)
    }
  })

  test('what an upstream planted is not pasted into a shell', async (t) => {
    const planted = 'go: a.example/m@v1.0.0: reading https://h.example/$(touch${IFS}/tmp/x);id: 404 Not Found'
    const { stdout } = await explained(t, ['--json', '-'], planted)
    const { roots } = JSON.parse(stdout) as { roots: { proof: string; fix: string[] }[] }
    assert.doesNotMatch(JSON.stringify([roots[0]?.proof, roots[0]?.fix]), /touch/)
  })
})

describe('what cannot be read', () => {
  for (const [claim, target, says] of [
    ['a directory', '.', /this is a directory/],
    ['a file that is gone', './nosuch.log', /nosuch\.log is no file that is here/],
    ['a file whose name is mistyped', 'buidl.log', /buidl\.log is no file that is here/],
  ] as const) {
    test(`${claim} ends with 2 and a reason`, async (t) => {
      const { code, stderr, stdout } = await explained(t, [target])
      assert.match(stderr, says)
      assert.doesNotMatch(stderr, /\n\s+at /)
      assert.deepEqual([code, stdout], [2, ''])
    })
  }

  test('an archive is named, with the command that opens it', async (t) => {
    const { code, stderr } = await explained(t, ['-'], 'PK\x03\x04 whatever')
    assert.match(stderr, /zip archive[^]*unzip -p/)
    assert.equal(code, 2)
  })

  test('gzip data that breaks off is explained as far as it goes', async (t) => {
    const failure = 'go: a.example/m@v1.0.0: reading https://h.example/x: 404 Not Found\n'
    const noise = Array.from({ length: 20_000 }, (_, index) => `step ${(index * 7919) % 10_007}\n`).join('')
    const { code, stdout, stderr } = await explained(t, ['-'], gzipSync(failure + noise).subarray(0, -2000))
    assert.match(stdout, /MG1001/)
    assert.match(stderr, /damaged or breaks off/)
    assert.equal(code, 1)
  })

  test('a closed pipe is no crash', async (t) => {
    const { child, ended } = explaining(t, ['github.log'])
    child.stdout.destroy()
    const { stderr } = await ended
    assert.equal(stderr, '')
  })

  test('Ctrl-C half-way says what stood there by then', async (t) => {
    const { child, ended } = explaining(t, ['-'])
    const log = await readFile(join(logs, 'azure.log'))
    // More than a pipe holds: the second write ends when the command reads.
    child.stdin.write(Buffer.concat(Array.from({ length: 500 }, () => log)))
    await once(child.stdin, 'drain')
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    assert.match(stdout, /MG1007/)
    assert.match(stderr, /interrupted/)
    assert.equal(code, 130)
  })
})

test('as Markdown each cause is a section with its lines, its fix and the command to type', async (t) => {
  const home = await temporaryDirectory(t)
  const name = join(import.meta.dirname, 'logs', 'azure.log')
  const machine = { home, cwd: home, environment: {} }
  const { code, stdout } = await runCommand(['explain', '--format', 'markdown', name], machine)
  assert.equal(code, 1)
  assert.match(
    stdout,
    /^## modgate explain `.*azure\.log`\n\n1 cause of 1 failure in \d+ lines .*\n\n### 1\. connection refused \(MG1007\), once\n/,
  )
  assert.deepEqual(
    fencedBlocks(stdout).map((block) => block.split(' ')[0]),
    ['line', 'curl'],
  )
})

test('what a log brings along is no markup', async (t) => {
  const home = await temporaryDirectory(t)
  const evil =
    'go: a.example/`x`@v1.0.0: invalid response from proxy "https://p.example/<img src=x>": ```oops @you #1 **b**\n'
  await writeFile(join(home, 'evil.log'), `${evil}go: something **else** <b>\n`)
  const { stdout } = await runCommand(['explain', '--format', 'markdown', 'evil.log'], {
    home,
    cwd: home,
    environment: {},
  })
  const prose = stdout.replaceAll(/(`{3,})[^]*?\n\1\n/g, '').replaceAll(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '')
  assert.doesNotMatch(prose, /(?<!\\)<\w|(?<!\\)\*\*|(^|\s)[@#]\w/)
})

test('--format is for logs alone', async (t) => {
  const home = await temporaryDirectory(t)
  const machine = { home, cwd: home, environment: {} }
  const { code, stderr } = await runCommand(['explain', '--format', 'markdown', 'a.example/x'], machine)
  assert.equal(code, 2)
  assert.match(stderr, /--format is for logs\n {2}next: give a log file/)
})
