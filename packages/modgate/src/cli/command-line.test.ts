import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { testMachine, type TestMachine } from '../config/test-machine.ts'
import { runCommandLine } from './command-line.ts'

async function run(args: readonly string[], machine: TestMachine = {}) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() }
  const code = await runCommandLine(args, streams, testMachine(machine))
  streams.stdout.end()
  streams.stderr.end()
  return { code, stdout: await text(streams.stdout), stderr: await text(streams.stderr) }
}

const upstream = ['--upstream', 'https://p.example']

describe('wrong use ends with 2 and one clear text', () => {
  const rows: readonly (readonly [args: readonly string[], want: RegExp])[] = [
    [['serv'], /^modgate: "serv" is no command; did you mean serve\?\n {2}next: see modgate --help\n$/],
    [['config', 'shw'], /^modgate: "shw" is no command; did you mean show\?/],
    [
      ['serve', '--lisen', 'a'],
      /^modgate: --lisen is no flag; did you mean --listen\?\n {2}next: see modgate serve --help\n$/,
    ],
    [['serve', '--listen'], /^modgate: --listen needs a value/],
    [['serve', 'now'], /^modgate: "now" is one argument too many/],
    [['cache', 'rm'], /^modgate: MODULE\[@VERSION\] is missing\n {2}next: see modgate cache rm --help\n$/],
    [['bundle', 'export', '--nope'], /--nope is no flag[^\n]*\n {2}next: see modgate bundle export --help\n$/],
    [['log', 'audit', 'all'], /"all" is one argument too many\n {2}next: see modgate log audit --help\n$/],
    [['cache', 'lst'], /^modgate: "lst" is no command; [^\n]*\n {2}next: see modgate cache --help\n$/],
    [['cache', 'ls', 'https://a.example'], /^modgate: https:\/\/a\.example: has the pattern .* is a URL/],
    [['cache', 'gc', '--cache-size', '1kB'], /--cache-size: "1kB" is below 1MB/],
    [['refresh'], /^modgate: MODULE\[@QUERY\] is missing/],
    [['refresh', 'a b'], /^modgate: a b: malformed module path/],
    [
      ['serve', '--listen', 'a', ...upstream],
      /^modgate: configuration: --listen: "a" has no port; .*\n {2}next: see modgate serve --help/,
    ],
    [['config', 'check', '--memory', '1Q', ...upstream], /^modgate: configuration: --memory: "1Q" is not a size/],
  ]
  for (const [args, want] of rows) {
    test(`modgate ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run(args)
      assert.match(stderr, want)
      assert.equal(stdout, '')
      assert.equal(code, 2)
    })
  }
})

describe('every command has help with an example', () => {
  for (const args of [
    [],
    ['serve'],
    ['config'],
    ['config', 'show'],
    ['config', 'check'],
    ['config', 'schema'],
    ['cache'],
    ['cache', 'ls'],
    ['cache', 'rm'],
    ['cache', 'gc'],
    ['cache', 'verify'],
    ['cache', 'adopt'],
    ['onboard'],
    ['refresh'],
    ['version'],
  ]) {
    test(`modgate ${args.join(' ')} --help`, async () => {
      const { code, stdout, stderr } = await run([...args, '--help'])
      assert.match(stdout, /^USAGE\n[^]*\nExample:\n {2}modgate /)
      assert.equal(stderr, '')
      assert.equal(code, 0)
    })
  }
})

describe('config', () => {
  test('show says each value and where it comes from, and no password', async () => {
    const machine = { environment: { MODGATE_UPSTREAM: 'https://me:secret@p.example' } }
    const { code, stdout } = await run(['config', 'show', '--listen', '[::1]:1'], machine)
    assert.match(stdout, /^listen +\[::1\]:1 +--listen$/m)
    assert.match(stdout, /^upstream +https:\/\/xxxxx@p\.example +MODGATE_UPSTREAM$/m)
    assert.doesNotMatch(stdout, /secret/)
    assert.equal(code, 0)
  })

  test('show --json is for programs', async () => {
    const { stdout } = await run(['config', 'show', '--json', ...upstream])
    const { settings } = JSON.parse(stdout) as { settings: { name: string }[] }
    assert.deepEqual(settings[0], {
      name: 'listen',
      environment: 'MODGATE_LISTEN',
      value: '127.0.0.1:8642',
      from: 'default',
      place: 'default',
    })
  })

  test('check --json lists the problems on standard output and still ends with 2', async () => {
    const { code, stdout } = await run(['config', 'check', '--json', '--listen', 'a', '--memory', 'b', ...upstream])
    const { ok, problems } = JSON.parse(stdout) as { ok: boolean; problems: string[] }
    assert.equal(ok, false)
    assert.equal(problems.length, 2)
    assert.equal(code, 2)
  })

  test('check of right settings says so', async () => {
    const { code, stdout } = await run(['config', 'check', ...upstream])
    assert.equal(stdout, 'the settings are right (no configuration file)\n')
    assert.equal(code, 0)
  })

  test('schema knows the keys of the file and no others', async () => {
    const { stdout } = await run(['config', 'schema'])
    const schema = JSON.parse(stdout) as { properties: object; additionalProperties: boolean }
    assert.ok('listen' in schema.properties && 'routes' in schema.properties && !('config' in schema.properties))
    assert.equal(schema.additionalProperties, false)
  })
})

describe('version', () => {
  test('is told as text, as JSON, and by the flag', async () => {
    const { stdout } = await run(['version', '--json'])
    const { modgate } = JSON.parse(stdout) as { modgate: string }
    assert.match((await run(['version'])).stdout, new RegExp(`^modgate ${modgate.replaceAll('.', String.raw`\.`)} `))
    assert.equal((await run(['--version'])).stdout, `${modgate}\n`)
  })
})

describe('refresh', () => {
  const answer = {
    module: 'github.com/A/b',
    answers: [
      { answer: 'latest', changed: true, before: 'v1.0.0', now: 'v1.1.0' },
      { answer: 'list', changed: false, now: '3 versions' },
    ],
  }

  async function withGate(
    reply: (url: string) => [status: number, body: string],
    work: (url: string) => Promise<void>,
  ) {
    const server = createServer((request, response) => {
      const [status, body] = reply(`${request.method} ${request.url}`)
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await work(`http://127.0.0.1:${(server.address() as { port: number }).port}`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  test('posts the escaped module and tells what changed', async () => {
    const asked: string[] = []
    const reply = (url: string): [number, string] => (asked.push(url), [200, JSON.stringify(answer)])
    await withGate(reply, async (url) => {
      const { code, stdout } = await run(['refresh', 'github.com/A/b@main', '--url', `${url}/`])
      assert.deepEqual(asked, ['POST /-/refresh/github.com/!a/b@main'])
      assert.equal(stdout, 'github.com/A/b\n  latest   v1.1.0 (was v1.0.0)\n  list     3 versions (unchanged)\n')
      assert.equal(code, 0)
    })
  })

  test('calls the gate --gate as other commands do, and takes the --url of old', async () => {
    await withGate(
      () => [200, JSON.stringify(answer)],
      async (url) => {
        for (const flag of ['--gate', '--url'])
          assert.equal((await run(['refresh', 'a.example/b', flag, url])).code, 0, flag)
      },
    )
  })

  test('asks the gate that the settings here describe', async () => {
    await withGate(
      () => [200, JSON.stringify(answer)],
      async (url) => {
        const { stdout } = await run(['refresh', 'a.example/b', '--json'], {
          environment: { MODGATE_LISTEN: new URL(url).host },
        })
        assert.deepEqual(JSON.parse(stdout), answer)
      },
    )
  })

  test("a refusal shows the gate's reason and ends with 1", async () => {
    await withGate(
      () => [503, JSON.stringify({ code: 'offline', why: 'the gate is offline' })],
      async (url) => {
        const { code, stderr } = await run(['refresh', 'a.example/b', '--url', url])
        assert.match(stderr, /the gate answered 503\n {2}by: http.*\n {2}said: the gate is offline\n/)
        assert.equal(code, 1)
      },
    )
  })

  test('without a gate it says how to start one', async () => {
    const { code, stderr } = await run(['refresh', 'a.example/b', '--url', 'http://127.0.0.1:1'])
    assert.match(stderr, /no answer from the gate: .*\n[^]*start it with modgate serve/)
    assert.equal(code, 1)
  })
})
