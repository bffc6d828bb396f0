/**
 * Scripts that run the real go through a real gate. A script is a text archive: its comment holds the commands, its files are the
 * client's main module. The first line of the comment, behind a `#`, is the claim that the script proves, and the name of its test.
 * A line `# also with the older go` runs it with that toolchain, too.
 *
 * One command a line; words are split at spaces, single quotes hold a word together and keep `$` as it is, elsewhere $NAME is
 * replaced. `!` before a command says that it must fail. The commands stand in `script-commands.ts` and `script-checks.ts`.
 */
import type { TestContext } from 'node:test'
import { parse } from '@modgate/gomod/txtar'
import type { Found } from '../../tools/components/index.ts'
import { goClient } from './go-client.ts'
import { checks } from './script-checks.ts'
import { commands } from './script-commands.ts'
import type { ScriptRun } from './script-run.ts'
import { temporaryDirectory } from './temporary.ts'
import { corpusUpstream } from './upstream.ts'

export interface Script {
  readonly claim: string
  readonly alsoOlder: boolean
  readonly lines: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

/** Reads a script. */
export function parseScript(text: string): Script {
  const { comment, files } = parse(text)
  const lines = comment.split('\n')
  return {
    claim: lines[0]!.replace(/^#\s*/, ''),
    alsoOlder: lines.some((line) => line.trim() === '# also with the older go'),
    lines,
    files: Object.fromEntries(files.map(({ name, data }) => [name, data])),
  }
}

/** Runs a script with one toolchain; rejects at the first command that does not do what the script says. */
export async function runScript(t: TestContext, script: Script, toolchain: Found): Promise<void> {
  const upstream = await corpusUpstream(t)
  const sumdb = upstream.database.key
  const run: ScriptRun = {
    t,
    upstream,
    client: await goClient(t, { toolchain, proxy: upstream.url, sumdb, files: script.files }),
    data: await temporaryDirectory(t),
    gate: undefined,
    last: { code: 0, stdout: '', stderr: '' },
  }
  for (const [index, line] of script.lines.entries()) {
    try {
      await runLine(run, line)
    } catch (error) {
      const { code, stdout, stderr } = run.last
      const said = `the last command ended with ${code} and said\n${stdout}${stderr}`
      const log = (run.gate?.log ?? []).slice(-20).join('\n')
      throw new Error(`line ${index + 1}: ${line}\n${String(error)}\n${said}\ngate:\n${log}`, { cause: error })
    }
  }
}

async function runLine(run: ScriptRun, line: string): Promise<void> {
  const words = splitWords(line, variables(run))
  const not = words[0] === '!'
  const [name, ...rest] = not ? words.slice(1) : words
  if (name === undefined || name.startsWith('#')) return
  const command = { ...commands, ...checks }[name]
  if (command === undefined) throw new Error(`no such command: ${name}`)
  await command(run, rest, not)
}

function variables({ upstream, gate, data, client }: ScriptRun): Readonly<Record<string, string>> {
  const { env, directory } = client
  return {
    GATE: gate?.url ?? '',
    UPSTREAM: upstream.url,
    SUMDB: upstream.database.key,
    DATA: data,
    WORK: directory,
    GOBIN: env['GOBIN']!,
    GOMODCACHE: env['GOMODCACHE']!,
  }
}

/** Splits a line at spaces; quoted parts join the word they stand in and are taken as they are. */
export function splitWords(line: string, values: Readonly<Record<string, string>>): readonly string[] {
  const pattern = /'([^']*)'|([^\s']+)|(\s+)/g
  const words: string[] = []
  let open = false
  for (const [, quoted, plain, space] of line.matchAll(pattern)) {
    if (space !== undefined) {
      open = false
      continue
    }
    const part = quoted ?? plain!.replaceAll(/\$([A-Z]+)/g, (whole, name: string) => values[name] ?? whole)
    if (open) words.push(words.pop()! + part)
    else words.push(part)
    open = true
  }
  return words
}
