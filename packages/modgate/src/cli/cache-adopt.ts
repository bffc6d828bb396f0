/** `modgate cache adopt GOMODCACHE` */

import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildCommand } from '@stricli/core'
import { goUnaskedPatterns } from '../config/index.ts'
import { counted } from '../core/counted.ts'
import { Failure } from '../core/failure.ts'
import { adoptEntries, type Adoption } from '../gateway/adoption.ts'
import { sizeInWords } from '../report/size-in-words.ts'
import { folder } from '../source/folder.ts'
import { diskEntries } from '../store/entries.ts'
import { cacheConfig, cacheFlags, commandContext, totalBytes, withStore, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import { progress } from './progress.ts'
import { resumable } from './resumable.ts'

/** Entries at once: each waits for its record most of the time. */
const width = 16
const shownRefusals = 20

export const adoptCommand = buildCommand<CacheFlags, [string], CommandLine>({
  docs: {
    brief: 'Take in the downloads of a Go module cache, verified',
    customUsage: ['[FLAGS] GOMODCACHE'],
    fullDescription: [
      'Takes the downloads of a Go module cache (`go env GOMODCACHE`) into the store. Every file is verified as if an upstream had sent',
      'it: against the checksum database, or, if private, as a first sight. The given directory is only read. Names that the',
      'GONOSUMDB or GOPRIVATE of the Go settings here keep from databases are not asked about; --private makes them private here too.',
      'Exit code 1 if anything was refused.',
      '',
      'Example:',
      '  modgate cache adopt ~/go/pkg/mod',
    ].join('\n'),
  },
  parameters: {
    flags: cacheFlags('upstream', 'sumdb', 'private', 'noVerify', 'offline'),
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'GOMODCACHE', brief: 'The module cache, or its cache/download' }],
    },
  },
  async func(flags, given) {
    const download = await downloadFolder(resolve(this.machine.cwd, given))
    const config = await cacheConfig(this, flags)
    const unasked = await goUnaskedPatterns(this.machine)
    let done = 0
    const run = async (signal: AbortSignal) =>
      withStore(config, { create: true }, async ({ verify }) => {
        const entries = diskEntries({ modules: download }, verify.facts)
        const bar = progress(this.process, 'adopt', await totalBytes(entries.list()))
        const onFile = (bytes: number) => {
          done++
          bar.done(bytes)
        }
        const context = commandContext(signal)
        const options = { ...verify, folder: folder(pathToFileURL(download)), unasked, context, width, onFile }
        return adoptEntries(options, entries.list()).finally(() => bar.end())
      })
    const adoption = await resumable(this, run, () => `${counted(done, 'file')} done; the next run goes on from there`)
    if (!adoption) return
    print(this, flags.json ? adoptionJSON(adoption) : adoptionText(adoption))
    if (adoption.refused.length > 0) this.process.exitCode = 1
  },
})

async function downloadFolder(given: string): Promise<string> {
  const isDirectory = async (path: string) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false
  const below = join(given, 'cache', 'download')
  if (await isDirectory(below)) return below
  if (/[/\\]cache[/\\]download$/.test(given) && (await isDirectory(given))) return given
  const next = 'give what go env GOMODCACHE says'
  throw new Failure('usage', {
    asked: given,
    who: 'modgate',
    why: 'is no Go module cache: it has no cache/download',
    next,
  })
}

function adoptionJSON({ refused, ...counts }: Adoption): object {
  return { ...counts, refused: refused.map(({ asked, code, why, who }) => ({ asked, code, why, who })) }
}

function adoptionText({ adopted, bytes, present, refused }: Adoption): string {
  const lines = refused.slice(0, shownRefusals).map(({ asked, code, why }) => `refused ${asked}: ${code}: ${why}`)
  if (refused.length > shownRefusals) lines.push(`… and ${refused.length - shownRefusals} more; --json has them all`)
  lines.push(
    `adopted ${counted(adopted, 'file')} (${sizeInWords(bytes)}), ${present} were here already, ${refused.length} refused`,
  )
  const byCode = Object.entries(Object.groupBy(refused, ({ code }) => code))
  for (const [code, failures] of byCode) lines.push(`  ${code}: ${failures.length} (${failures[0]?.next ?? ''})`)
  return lines.join('\n')
}
