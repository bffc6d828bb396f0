// npm run check: format, types, lint, ranks, unused code. All at once, each tool's words only where it fails.
import { spawn } from 'node:child_process'

const bin = (path: string) => `node_modules/${path}`
const checks: readonly (readonly [name: string, script: string, ...args: string[]])[] = [
  [
    'format',
    bin('prettier/bin/prettier.cjs'),
    '--check',
    '--log-level=warn',
    '--cache',
    '--cache-location=node_modules/.cache/format-check',
    '.',
  ],
  ['types', bin('typescript/bin/tsc'), '-p', '.'],
  [
    'lint',
    bin('eslint/bin/eslint.js'),
    '--cache',
    '--cache-location=node_modules/.cache/eslint',
    '--max-warnings=0',
    '.',
  ],
  ['ranks', 'tools/ranks.ts'],
  ['unused', bin('knip/bin/knip.js'), '--no-progress'],
]

const run = (script: string, args: readonly string[]) =>
  new Promise<{ code: number; output: string; seconds: number }>((resolve) => {
    const start = performance.now()
    const child = spawn(process.execPath, [...process.execArgv, script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('close', (code) => resolve({ code: code ?? 1, output, seconds: (performance.now() - start) / 1000 }))
  })

const results = await Promise.all(
  checks.map(async ([name, script, ...args]) => {
    const { code, output, seconds } = await run(script, args)
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`)
    if (code !== 0) console.log(output.trimEnd())
    return code
  }),
)
process.exitCode = results.some((code) => code !== 0) ? 1 : 0
