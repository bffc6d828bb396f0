/** `modgate explain -` on a gigabyte of a build log in a pipe, beside programs that only count lines. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { figures, inTurns, ratio, type Row, type Sample } from '../row.ts'
import { residentBytes } from '../usage.ts'

const cpu = 'CPU seconds per GB'
const wall = 'seconds per GB'
const memory = 'MB highest'
const program = resolve(import.meta.dirname, '../../packages/modgate/src/cli/main.ts')

const commands: ReadonlyMap<string, readonly string[]> = new Map([
  ['explain', [process.execPath, '--conditions=modgate-source', program, 'explain', '--json', '-']],
  ['grep', ['grep', '-a', '-c', '-F', '404 Not Found']],
  ['grep -E', ['grep', '-a', '-c', '-E', '404 Not Found|no such host|checksum mismatch|x509: |missing go.sum entry']],
  ['wc', ['wc', '-l']],
])

export const log: Row = {
  name: 'log',
  title: 'a build log of 1 GB in a pipe: 1 in 10 lines a download, 1 in 500 a failure',
  async run(bench) {
    const block = buildLog(16e6)
    const blocks = bench.quick ? 8 : 64
    const rounds = await inTurns(commands, bench.runs, (command) => fed(command, block, blocks))
    const ours = figures(rounds)['explain']!
    return {
      figures: figures(rounds),
      verdicts: [
        { what: `${cpu}: explain`, value: ours[cpu]!.median, atMost: 10 },
        { what: `${wall}: explain`, value: ours[wall]!.median, atMost: 10 },
        { what: `${memory}: explain`, value: ours[memory]!.median, atMost: 200 },
        ...ratio(rounds, { measure: cpu, of: 'explain', to: 'grep -E' }),
      ],
      notes: ['the pipe is filled by the bench itself, which takes its part of the time of all four'],
    }
  },
}

/** A log as GitHub keeps it, at least `bytes` long. */
function buildLog(bytes: number): Buffer {
  const lines: string[] = []
  let length = 0
  for (let index = 0; length < bytes; index++) {
    const line = `2026-11-22T10:${String(index % 60).padStart(2, '0')}:00.1234567Z ${logLine(index)}\n`
    lines.push(line)
    length += line.length
  }
  return Buffer.from(lines.join(''))
}

function logLine(index: number): string {
  const module = `git.corp.example/team${index % 90}/lib${index % 700}`
  if (index % 500 === 7)
    return `##[error]go: ${module}@v1.2.${index % 9}: reading https://proxy.example/${module}/@v/v1.2.${index % 9}.info: 404 Not Found\n\tserver response: not found: ${module}`
  if (index % 10 === 3) return `go: downloading ${module} v1.${index % 30}.0`
  if (index % 3 === 0)
    return `ok  \t${module}/internal/codec\t${(index % 977) / 100}s\tcoverage: ${index % 100}.1% of statements`
  return `=== RUN   TestServer${index % 400}/accepts_a_request_with_${index % 17}_headers_and_answers_in_time`
}

/** Writes the block again and again into the program's standard input. A shell around it says what CPU time it took. */
async function fed(command: readonly string[], block: Buffer, blocks: number): Promise<Sample> {
  const child = spawn('sh', ['-c', '"$@" >/dev/null; times', 'sh', ...command], { stdio: ['pipe', 'pipe', 'inherit'] })
  const output = text(child.stdout)
  const begin = performance.now()
  let highest = 0
  for (let index = 0; index < blocks; index++) {
    if (!child.stdin.write(block)) await once(child.stdin, 'drain')
    highest = Math.max(highest, await residentBytes(child.pid!))
  }
  child.stdin.end()
  const used = cpuSecondsIn(await output)
  const gigabytes = (block.length * blocks) / 1e9
  const seconds = (performance.now() - begin) / 1000
  return { [cpu]: used / gigabytes, [wall]: seconds / gigabytes, [memory]: highest / 1e6 }
}

/** Of the second line of `times`, which is of the shell's children: `0m4.120s 0m0.250s`. */
function cpuSecondsIn(times: string): number {
  const [, line = ''] = times.split('\n')
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)]
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
}
