/** `modgate verify [GO.SUM…]`: the lines of go.sum files before the logs that vouch for them */

import { ErrorList } from '@modgate/gomod/modfile'
import { buildCommand } from '@stricli/core'
import { pathsOf, type Machine } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { checkSums, isVerified } from '../inspect/sums/sum-check.ts'
import { modulesOfSums, type SumModule } from '../inspect/sums/sum-module.ts'
import { verifyJson, verifyText } from '../report/verify-text.ts'
import { conflictFix, conflictInWords, conflictMarker } from '../inspect/evidence/conflict-marker.ts'
import { print, type CommandLine } from './context.ts'
import { countProgress } from './progress.ts'
import { verifyWitnesses, type WitnessFlags } from './verify-witnesses.ts'

interface Flags extends WitnessFlags {
  readonly json?: boolean
  readonly cache?: boolean
  readonly vendor?: boolean
}

/** Module versions that are asked about at the same time. */
const atOnce = 64

const value = (placeholder: string, brief: string) =>
  ({ kind: 'parsed', parse: String, optional: true, placeholder, brief }) as const

export const verifySumsCommand = buildCommand<Flags, string[], CommandLine>({
  docs: {
    brief: 'Verify every line of go.sum with the log that your Go is set to, and with others',
    customUsage: ['[FLAGS] [GO.SUM]...'],
    fullDescription: [
      'Asks the checksum database that the go command is set to (GOSUMDB and GOPROXY) for every line of go.sum, which go itself does',
      'only for lines that are new, and believes nothing that is not proved. --also asks others, too: a second gate, which sees a tag',
      'that was moved, or the public database. Private modules (GONOSUMDB, GOPRIVATE, --private) are never named to a public one.',
      '',
      'With --cache, hashes what the module cache has of the build instead: every zip against go.sum or the checksum database, every',
      'unpacked file against its zip; says which file differs. With --vendor, compares the vendor directory, file by file, with what',
      'modgate vendor would write.',
      'Exit code 0 if all agree, 1 if anything else is the case.',
      '',
      'Example:',
      '  modgate verify',
      '  modgate verify --cache',
      '  modgate verify --gate https://modgate.corp.example --key "$(cat gate.key)" --also sum.golang.org',
      '  modgate verify --also "$(cat second.key)=https://second.corp.example" --json',
    ].join('\n'),
  },
  parameters: {
    flags: {
      json: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print JSON' },
      cache: { kind: 'boolean', optional: true, withNegated: false, brief: 'Verify the module cache itself' },
      vendor: { kind: 'boolean', optional: true, withNegated: false, brief: 'Verify the vendor directory' },
      sumdb: value('SPEC', 'The database, as GOSUMDB has it [GOSUMDB]'),
      proxy: value('LIST', 'Where databases are asked, as GOPROXY has it [GOPROXY]'),
      gate: value('URL', 'The gate whose log is asked, with --key, for private modules too'),
      key: value('VERIFIER', 'The verifier key of its log, as modgate log key prints it'),
      also: { ...value('SPEC[=URL]', 'Another database, or another gate at URL'), variadic: true },
      private: value('PATTERNS', 'Modules that no public database must hear of, as well as those of GONOSUMDB'),
    },
    positional: {
      kind: 'array',
      parameter: { parse: String, placeholder: 'GO.SUM', brief: 'Files [go.sum and go.work.sum here]' },
    },
  },
  async func(flags, ...named) {
    if ((flags.cache || flags.vendor) && named.length > 0)
      throw new Failure('usage', { asked: named[0]!, who: 'modgate', why: '--cache and --vendor take no files' })
    if (flags.cache) await (await import('./verify-cache.ts')).verifyCache(this, flags)
    if (flags.vendor) await (await import('./verify-vendor.ts')).verifyVendor(this, flags)
    if (flags.cache || flags.vendor) return
    const files = await readSums(this.machine, named)
    const modules = parsed(files)
    const { witnesses, close } = await verifyWitnesses(this.machine, flags)
    const bar = countProgress(this.process, 'verify', modules.length, 'version')
    try {
      const sums = await checkSums(modules, { witnesses, width: atOnce, onChecked: () => bar.done(1) })
      bar.end()
      const report = { files: files.map(({ name }) => name), witnesses: witnesses.map(({ name }) => name), sums }
      print(this, flags.json ? verifyJson(report) : verifyText(report))
      if (!sums.every(isVerified)) this.process.exitCode = 1
    } finally {
      await close()
    }
  },
})

interface SumFile {
  readonly name: string
  readonly text: string
}

/** Throws a Failure `usage` where there is nothing to verify. */
async function readSums(machine: Machine, named: readonly string[]): Promise<readonly SumFile[]> {
  const files: SumFile[] = []
  for (const name of named.length > 0 ? named : ['go.sum', 'go.work.sum']) {
    const text = await machine.readFile(pathsOf(machine).resolve(machine.cwd, name)).catch((error: unknown) => {
      throw unusable(name, `cannot be read: ${(error as Error).message}`)
    })
    if (text !== undefined) files.push({ name, text })
    else if (named.length > 0) throw unusable(name, 'is not there')
  }
  if (files.length === 0) throw unusable('go.sum', `there is none in ${machine.cwd}`)
  return files
}

function parsed(files: readonly SumFile[]): readonly SumModule[] {
  try {
    return modulesOfSums(files)
  } catch (error) {
    if (!(error instanceof ErrorList)) throw error
    for (const { name, text } of files) {
      const marker = conflictMarker(text)
      if (marker) throw unusable(name, conflictInWords(marker)).with({ next: conflictFix })
    }
    throw unusable(files.map(({ name }) => name).join(', '), error.message.replaceAll(/\s*\n\s*/g, ' ').trim())
  }
}

const unusable = (asked: string, why: string) =>
  new Failure('usage', { asked, who: 'modgate', why, next: 'name the go.sum files, or run it where one is' })
