// The ranks of the house (house.ts) held against the imports. A run that reads no module has checked nothing.
//   tools/ranks.ts [--base DIRECTORY] [FOLDER…]
import { parseArgs } from 'node:util'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { forbidden, options } from './house.ts'

const { values, positionals } = parseArgs({ options: { base: { type: 'string' } }, allowPositionals: true })
const folders = positionals.length > 0 ? positionals : ['packages', 'test', 'tools', 'bench']
const elsewhere = values.base === undefined ? {} : { baseDir: values.base }
const { output } = await cruise(
  folders,
  { ...options, ...elsewhere, ruleSet: { forbidden }, validate: true },
  options.enhancedResolveOptions ?? {},
  { tsConfig: extractTSConfig('tsconfig.json') },
)
const { summary } = output as ICruiseResult
for (const { from, to, rule } of summary.violations) console.log(`${rule.name}: ${from} -> ${to}`)
console.log(`${summary.totalCruised} modules, ${summary.violations.length} violations`)
if (summary.totalCruised < 10) console.log('too few modules read: this checked nothing')
process.exitCode = summary.violations.length > 0 || summary.totalCruised < 10 ? 1 : 0
