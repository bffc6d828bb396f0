/** `modgate bundle import FILE` */

import { availableParallelism } from 'node:os'
import { buildCommand } from '@stricli/core'
import type { Bundle } from '../bundle/bundle-file.ts'
import { importBundle, type Imported } from '../bundle/bundle-import.ts'
import { bundleRemote } from '../bundle/bundle-source.ts'
import { invalidBundle } from '../bundle/damage.ts'
import type { ServeConfig } from '../config/index.ts'
import { counted } from '../core/counted.ts'
import { readLogKey } from '../gateway/log/log-keys.ts'
import { adoptionJSON, adoptionText, checkText } from '../report/bundle-text.ts'
import { openDataDirectory, type DataDirectory } from '../store/data-directory.ts'
import { diskReader } from '../store/disk-checkpoints.ts'
import { withBundle } from './bundle-input.ts'
import { believed, proofFlags, type ProofFlags } from './bundle-proof.ts'
import { cacheConfig, cacheFlags, commandContext, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import { loggedHashes, openLogToRead } from './log-parts.ts'
import { progress } from './progress.ts'
import { resumable } from './resumable.ts'

type Flags = CacheFlags & ProofFlags

/** Entries at once. */
const width = 16

export const bundleImportCommand = buildCommand<Flags, [string], CommandLine>({
  docs: {
    brief: 'Take a bundle into the store, verified',
    customUsage: ['[FLAGS] FILE'],
    fullDescription: [
      'Proves a bundle as modgate bundle verify does, and takes it into the store in --data: public modules by the records of the',
      'checksum database, private ones (--private) as a first sight that the signer vouches for. Of a bundle with anything wrong nothing is',
      'kept. A gate with --offline serves what was imported. A run that was ended goes on where it was.',
      'Exit code 1 if anything was wrong or refused.',
      '',
      'Example:',
      '  modgate bundle import june.bundle --data /var/lib/modgate --key "$(cat exporter.key)"',
    ].join('\n'),
  },
  parameters: {
    flags: { ...cacheFlags('sumdb', 'private', 'noVerify', 'logName', 'logKey', 'logGuard'), ...proofFlags },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'FILE', brief: 'A bundle; - is standard input' }],
    },
  },
  async func({ key, anySigner, ...flags }, file) {
    const config = await cacheConfig(this, { ...flags, upstream: 'off' })
    const trust = { ...(key ? { key } : {}), ...(anySigner ? { anySigner } : {}) }
    await importFrom(file, { command: this, config, trust, json: flags.json ?? false })
  },
})

interface Importing {
  readonly command: CommandLine
  readonly config: ServeConfig
  readonly trust: ProofFlags
  readonly json: boolean
}

async function importFrom(name: string, importing: Importing): Promise<void> {
  const { command, config, json } = importing
  const far = { files: 0, done: 0 }
  const run = async (signal: AbortSignal) =>
    withBundle(command, { name, signal }, async (bundle) => {
      far.files = bundle.manifest.files.length
      const directory = await openDataDirectory(config.data)
      try {
        return {
          name: bundle.name,
          ...(await imported(importing, { bundle, directory, signal, onFile: () => far.done++ })),
        }
      } finally {
        await directory.close()
      }
    })
  const result = await resumable(command, run, () => howFar(far))
  if (!result) return
  const { check, adoption } = result
  if (!adoption) {
    print(command, json ? { check } : checkText(result.name, check))
    throw invalidBundle(result.name, check.problems)
  }
  print(command, json ? { check, ...adoptionJSON(adoption) } : adoptionText(adoption))
  if (adoption.refused.length > 0) command.process.exitCode = 1
}

/** Each file is done twice: proved, and let in. */
function howFar({ files, done }: { readonly files: number; readonly done: number }): string {
  if (files === 0) return 'the bundle had not come, and nothing was let in'
  if (done <= files) return `${done} of ${counted(files, 'file')} proved, and nothing let in yet`
  return `${done - files} of ${counted(files, 'file')} let in; the next run goes on from there`
}

interface Run {
  readonly bundle: Bundle
  readonly directory: DataDirectory
  readonly signal: AbortSignal
  readonly onFile: () => void
}

async function imported(
  { command, config, trust }: Importing,
  { bundle, directory, signal, onFile }: Run,
): Promise<Imported> {
  const { storeParts } = await import('./gate-parts.ts')
  const remote = config.sumdb.kind === 'off' ? {} : { remote: bundleRemote(bundle, config.sumdb.name) }
  // Asked is the bundle, and nobody else.
  const parts = storeParts({ ...config, offline: false }, directory, remote)
  const { verify, database, hasher } = parts
  const total = bundle.manifest.files.reduce((sum, { size }) => sum + size, 0)
  const bar = progress(command.process, 'import', 2 * total)
  try {
    const logged = await loggedHere(config, directory)
    const check = {
      ...(await believed(config, trust)),
      spool: verify.spool,
      hasher,
      width: availableParallelism() + 1,
      signal,
    }
    return await importBundle(bundle, {
      ...{
        check,
        verify: { ...verify, ...(logged ? { logged } : {}) },
        database,
        context: commandContext(signal),
        width,
      },
      onFile(bytes) {
        onFile()
        bar.done(bytes)
      },
    })
  } finally {
    bar.end()
    await parts.close()
  }
}

/** What the log of the gate here has of a version binds what is imported, too. */
async function loggedHere(config: ServeConfig, { modules }: DataDirectory) {
  if (!config.log || !(await readLogKey(config.log.key))) return undefined
  const { log } = await openLogToRead(config, diskReader(modules))
  return loggedHashes(log)
}
