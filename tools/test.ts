// npm test: brings what tests need, then runs them all; the runner's own summary is the last thing it prints.
//   npm test                     everything           npm test -- --unit        packages only, in one process
//   npm test -- test/script.test.ts                   just these files
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { components } from './components/index.ts'

const unit = process.argv.includes('--unit')
const named = process.argv.slice(2).filter((argument) => argument !== '--unit')

/** One line a component: where it is, or why tests that need it will be skipped. */
async function setUp(): Promise<void> {
  for (const component of Object.values(components)) {
    let found = await component.find()
    if ('missing' in found && 'install' in component) {
      console.log(`component ${component.name}: bringing it`)
      await component.install().catch((error: unknown) => console.log(`component ${component.name}: ${String(error)}`))
      found = await component.find()
    }
    const words = 'missing' in found ? `MISSING: ${found.missing}` : `${found.version} (${found.path})`
    console.log(`component ${component.name}: ${words}`)
  }
}

function runTests(files: readonly string[]): Promise<number> {
  const isolation = unit ? ['--test-isolation=none'] : ['--test-isolation=process', '--test-concurrency=2']
  const args = ['--conditions=modgate-source', '--test', '--test-reporter=spec', ...isolation, ...files]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))
}

const patterns = unit
  ? ['packages/*/src/**/*.test.ts']
  : ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts']
const options = named.filter((argument) => argument.startsWith('-'))
const files = named.filter((argument) => !argument.startsWith('-'))
if (!unit) await setUp()
process.exitCode = await runTests([...options, ...(files.length > 0 ? files : globSync(patterns))])
