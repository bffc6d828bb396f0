/** `modgate cache verify` */

import { availableParallelism } from 'node:os'
import { buildCommand } from '@stricli/core'
import type { ServeConfig } from '../config/index.ts'
import { counted } from '../core/counted.ts'
import { asFailure } from '../core/failure.ts'
import { verifyEntries, type DamagedFile, type Verification } from '../gateway/verification.ts'
import { sizeInWords } from '../report/size-in-words.ts'
import { describeRequest } from '../source/describe.ts'
import type { DataDirectory } from '../store/data-directory.ts'
import { cacheConfig, cacheFlags, commandContext, totalBytes, withStore, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import { progress } from './progress.ts'

type Flags = CacheFlags & { readonly repair?: boolean }

interface ShownDamage {
  readonly file: string
  readonly why: string
  /** With --repair: true, or why not. */
  readonly repaired?: true | string
}

export const verifyCommand = buildCommand<Flags, [], CommandLine>({
  docs: {
    brief: 'Hash everything that is kept, and set aside what is damaged',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Hashes every file anew and compares it with what the gate knows of it and with the record of the checksum database that the',
      'gate keeps. What is damaged goes into quarantine; it is fetched again when it is asked for, or at once with --repair.',
      'Exit code 1 if anything was damaged.',
      '',
      'Example:',
      '  modgate cache verify --repair',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...cacheFlags('upstream', 'sumdb', 'private', 'route', 'noVerify', 'offline'),
      repair: { kind: 'boolean', optional: true, withNegated: false, brief: 'Fetch what was damaged again at once' },
    },
  },
  async func({ repair = false, ...flags }) {
    const upstream = repair ? {} : { upstream: 'off' }
    const config = await cacheConfig(this, { ...flags, ...upstream })
    const offline: ServeConfig = { ...config, offline: true }
    const damaged: ShownDamage[] = []
    const result = await withStore(offline, { create: false }, async (store) => {
      const bar = progress(this.process, 'verify', await totalBytes(store.entries.list()))
      const { directory, verify, hasher } = store
      const width = availableParallelism() + 1
      const options = { ...verify, hasher, modules: directory.modules, context: commandContext(), width }
      const found = await verifyEntries({ ...options, onFile: (bytes) => bar.done(bytes) }, store.entries.list())
      bar.end()
      if (found.damaged.length > 0) await directory.noteRemoval()
      damaged.push(...(await treated(repair && !config.offline ? config : undefined, directory, found.damaged)))
      return found
    })
    const shown = { ...result, damaged }
    print(this, flags.json ? shown : verifiedText(shown, config.offline))
    if (damaged.length > 0) this.process.exitCode = 1
  },
})

/** What became of each damaged file. Without a configuration nothing is fetched. */
async function treated(
  config: ServeConfig | undefined,
  directory: DataDirectory,
  damaged: readonly DamagedFile[],
): Promise<ShownDamage[]> {
  const told = damaged.map(({ request, why }) => ({ file: describeRequest(request), why }))
  if (!config || damaged.length === 0) return told
  const { gateParts } = await import('./gate-parts.ts')
  const parts = gateParts({ ...config, prefetch: 'off' }, directory)
  try {
    const shown: ShownDamage[] = []
    for (const [i, { request }] of damaged.entries()) {
      const failure = await parts.gateway.get(request, commandContext()).then(
        ({ settled }) => settled,
        (error: unknown) => asFailure(error, describeRequest(request)),
      )
      shown.push({ ...told[i]!, repaired: failure ? failure.why : true })
    }
    return shown
  } finally {
    await parts.close()
  }
}

type Shown = Omit<Verification, 'damaged'> & { readonly damaged: readonly ShownDamage[] }

function verifiedText({ files, bytes, unconfirmed, unknown, damaged }: Shown, offline: boolean): string {
  const lines = damaged.flatMap(({ file, why, repaired }) => [
    `damaged ${file}: ${why}`,
    `  ${fate(repaired, offline)}`,
  ])
  lines.push(`verified ${counted(files, 'file')}, ${sizeInWords(bytes)}: ${damaged.length} damaged`)
  if (unconfirmed > 0)
    lines.push(`  ${unconfirmed} without a kept record: compared with what was noted when they were let in`)
  if (unknown > 0) lines.push(`  ${unknown} without facts: looked at when they are asked for`)
  return lines.join('\n')
}

function fate(repaired: true | string | undefined, offline: boolean): string {
  if (repaired === true) return 'set aside, and fetched again'
  if (repaired !== undefined) return `set aside; fetching it again failed: ${repaired}`
  return offline
    ? 'set aside; this gate is offline and fetches nothing'
    : 'set aside; fetched again at the next request'
}
