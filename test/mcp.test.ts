// `modgate mcp`, spoken to by the official client.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { modgate } from './harness/gate.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

const secret = 'glpat-s3cretS3cret'

/** A client of a server that runs in a home of its own. */
async function client(t: TestContext, env: Readonly<Record<string, string>> = {}): Promise<Client> {
  const home = await temporaryDirectory(t)
  await writeFiles(home, { '.config/go/env': 'GOPRIVATE=git.corp.example\n', 'go.mod': 'module main.example\n' })
  const [command, ...args] = [...modgate, 'mcp']
  const made = new Client({ name: 'test', version: '1.0.0' })
  const transport = new StdioClientTransport({
    command,
    args,
    cwd: home,
    env: { PATH: '/usr/bin:/bin', HOME: home, ...env },
  })
  await made.connect(transport)
  t.after(() => made.close())
  return made
}

async function call(
  from: Client,
  name: string,
  given: Record<string, unknown>,
): Promise<{ text: string; failed: boolean }> {
  const { content, isError } = await from.callTool({ name, arguments: given })
  const [first] = content as { type: string; text: string }[]
  return { text: first!.text, failed: isError === true }
}

test('an assistant finds tools that only read, each with a schema', async (t) => {
  const { tools } = await (await client(t)).listTools()
  assert.deepEqual(
    tools.map(({ name }) => name),
    ['explain_go_error', 'go_module_route', 'go_settings', 'match_private_patterns', 'go_settings_problems'],
  )
  for (const { annotations, inputSchema, description } of tools) {
    assert.equal(annotations?.readOnlyHint, true)
    assert.equal(annotations.openWorldHint, false)
    assert.equal(inputSchema.type, 'object')
    assert.ok(description)
  }
})

test('an error is explained', async (t) => {
  const message =
    'go: git.corp.example/lib@v1.0.0: verifying go.mod: git.corp.example/lib@v1.0.0/go.mod: reading https://sum.golang.org/lookup/git.corp.example/lib@v1.0.0: 404 Not Found'
  const { text } = await call(await client(t), 'explain_go_error', { text: message })
  const { roots } = JSON.parse(text) as { roots: { id: string }[] }
  assert.deepEqual(
    roots.map(({ id }) => id),
    ['MG1047'],
  )
})

test('a route follows the settings here, and others that are assumed', async (t) => {
  const from = await client(t, { GOPROXY: `https://user:${secret}@gate.example` })
  const kindOf = async (given: Record<string, unknown>) => {
    const { text } = await call(from, 'go_module_route', given)
    assert.doesNotMatch(text, /s3cret/)
    return (JSON.parse(text) as { content: { kind: string } }).content.kind
  }
  assert.equal(await kindOf({ module: 'git.corp.example/lib' }), 'direct')
  assert.equal(await kindOf({ module: 'other.example/lib' }), 'list')
  assert.equal(await kindOf({ module: 'other.example/lib', settings: { GOPRIVATE: 'other.example' } }), 'direct')
})

test('settings come with their origin and without secrets', async (t) => {
  const from = await client(t, { GOPROXY: `https://user:${secret}@gate.example`, API_TOKEN: secret })
  const { text } = await call(from, 'go_settings', {})
  const { settings } = JSON.parse(text) as { settings: { name: string; value: string; origin: string }[] }
  const told = Object.fromEntries(settings.map(({ name, origin }) => [name, origin]))
  assert.equal(told['GOPROXY'], 'environment')
  assert.equal(told['GOPRIVATE'], 'go-env-file')
  assert.doesNotMatch(text, /s3cret/)
})

test('patterns are matched, and problems of the settings found', async (t) => {
  const from = await client(t, { GOPROXY: 'DIRECT' })
  const matched = await call(from, 'match_private_patterns', {
    patterns: '*.corp.com',
    modules: ['git.corp.com/x', 'corp.com/x'],
  })
  const { verdicts } = JSON.parse(matched.text) as { verdicts: { match: boolean }[] }
  assert.deepEqual(
    verdicts.map(({ match }) => match),
    [true, false],
  )
  const problems = await call(from, 'go_settings_problems', {})
  assert.match(problems.text, /"MG0101"/)
})

test('input that does not fit is refused in words, and the server goes on', async (t) => {
  const from = await client(t)
  const rows: readonly [name: string, given: Record<string, unknown>][] = [
    ['go_module_route', {}],
    ['go_module_route', { module: 'a.example/b', settings: { PATH: '/x' } }],
    ['match_private_patterns', { patterns: 'a', modules: [] }],
    ['explain_go_error', { text: 'x'.repeat(2_000_001) }],
  ]
  for (const [name, given] of rows) {
    const answer = await call(from, name, given).catch((error: unknown) => ({ failed: true, text: String(error) }))
    assert.ok(answer.failed, answer.text)
    assert.doesNotMatch(answer.text, /\n\s+at /)
  }
  assert.equal((await call(from, 'go_settings', {})).failed, false)
})
