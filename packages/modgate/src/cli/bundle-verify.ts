/** `modgate bundle verify FILE` */

import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildCommand } from '@stricli/core'
import { checkBundle } from '../bundle/bundle-check.ts'
import { openBundle } from '../bundle/bundle-file.ts'
import { hashPool } from '../gateway/hash-pool.ts'
import { checkText } from '../report/bundle-text.ts'
import { spool } from '../store/spool.ts'
import { believed, proofFlags, type ProofFlags } from './bundle-proof.ts'
import { cacheConfig, cacheFlags, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import { progress } from './progress.ts'

type Flags = CacheFlags & ProofFlags

export const bundleVerifyCommand = buildCommand<Flags, [string], CommandLine>({
  docs: {
    brief: 'Prove all that is in a bundle, and keep nothing',
    customUsage: ['[FLAGS] FILE'],
    fullDescription: [
      'Proves a bundle: its signature, each byte of it, each record in the tree of its database under the signed head, and the hash of each',
      'go.mod and zip. Nobody is asked, and nothing is kept. Exit code 1 if anything is wrong; each bad file is named.',
      '',
      'Example:',
      '  modgate bundle verify june.bundle --key "$(cat exporter.key)"',
    ].join('\n'),
  },
  parameters: {
    flags: { ...cacheFlags('sumdb', 'logName', 'logKey'), ...proofFlags },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'FILE', brief: 'A bundle' }],
    },
  },
  async func({ key, anySigner, ...flags }, file) {
    const config = await cacheConfig(this, { ...flags, upstream: 'off' })
    const trust = await believed(config, { ...(key ? { key } : {}), ...(anySigner ? { anySigner } : {}) })
    const bundle = await openBundle(resolve(this.machine.cwd, file), file)
    const temporary = await mkdtemp(join(tmpdir(), 'modgate-bundle-'))
    const hasher = hashPool(Math.max(1, availableParallelism() - 1))
    const total = bundle.manifest.files.reduce((sum, { size }) => sum + size, 0)
    const bar = progress(this.process.stderr, 'verify', total)
    try {
      const width = availableParallelism() + 1
      const onFile = (bytes: number) => bar.done(bytes)
      const check = await checkBundle(bundle, { ...trust, spool: spool(temporary), hasher, width, onFile })
      bar.end()
      print(this, flags.json ? check : checkText(file, check))
      if (check.problems.length > 0) this.process.exitCode = 1
    } finally {
      bar.end()
      await Promise.all([bundle.close(), hasher.close()])
      await rm(temporary, { recursive: true, force: true })
    }
  },
})
