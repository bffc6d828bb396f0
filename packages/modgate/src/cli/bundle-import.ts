/** `modgate bundle import FILE` */

import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { buildCommand } from '@stricli/core'
import { openBundle, type Bundle } from '../bundle/bundle-file.ts'
import { importBundle, type Imported } from '../bundle/bundle-import.ts'
import { bundleRemote } from '../bundle/bundle-source.ts'
import { invalidBundle } from '../bundle/damage.ts'
import type { ServeConfig } from '../config/index.ts'
import { readLogKey } from '../gateway/log/log-keys.ts'
import { adoptionJSON, adoptionText, checkText } from '../report/bundle-text.ts'
import { openDataDirectory, type DataDirectory } from '../store/data-directory.ts'
import { diskReader } from '../store/disk-checkpoints.ts'
import { believed, proofFlags, type ProofFlags } from './bundle-proof.ts'
import { cacheConfig, cacheFlags, commandContext, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import { loggedHashes, openLogToRead } from './log-parts.ts'
import { progress } from './progress.ts'

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
      parameters: [{ parse: String, placeholder: 'FILE', brief: 'A bundle' }],
    },
  },
  async func({ key, anySigner, ...flags }, file) {
    const config = await cacheConfig(this, { ...flags, upstream: 'off' })
    const trust = { ...(key ? { key } : {}), ...(anySigner ? { anySigner } : {}) }
    const bundle = await openBundle(resolve(this.machine.cwd, file), file)
    try {
      const directory = await openDataDirectory(config.data)
      try {
        const { check, adoption } = await imported({ command: this, config, trust, bundle, directory })
        if (!adoption) {
          print(this, flags.json ? { check } : checkText(file, check))
          throw invalidBundle(file, check.problems)
        }
        print(this, flags.json ? { check, ...adoptionJSON(adoption) } : adoptionText(adoption))
        if (adoption.refused.length > 0) this.process.exitCode = 1
      } finally {
        await directory.close()
      }
    } finally {
      await bundle.close()
    }
  },
})

interface Importing {
  readonly command: CommandLine
  readonly config: ServeConfig
  readonly trust: ProofFlags
  readonly bundle: Bundle
  readonly directory: DataDirectory
}

async function imported({ command, config, trust, bundle, directory }: Importing): Promise<Imported> {
  const { storeParts } = await import('./gate-parts.ts')
  const remote = config.sumdb.kind === 'off' ? {} : { remote: bundleRemote(bundle, config.sumdb.name) }
  // Asked is the bundle, and nobody else.
  const parts = storeParts({ ...config, offline: false }, directory, remote)
  const { verify, database, hasher } = parts
  const total = bundle.manifest.files.reduce((sum, { size }) => sum + size, 0)
  const bar = progress(command.process, 'import', 2 * total)
  try {
    const logged = await loggedHere(config, directory)
    const check = { ...(await believed(config, trust)), spool: verify.spool, hasher, width: availableParallelism() + 1 }
    return await importBundle(bundle, {
      ...{ check, verify: { ...verify, ...(logged ? { logged } : {}) }, database, context: commandContext(), width },
      onFile: (bytes) => bar.done(bytes),
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
