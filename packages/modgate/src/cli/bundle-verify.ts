/** `modgate bundle verify FILE` */

import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildCommand } from '@stricli/core'
import { checkBundle, type BundleCheck, type CheckOptions } from '../bundle/bundle-check.ts'
import type { Bundle } from '../bundle/bundle-file.ts'
import { hashPool } from '../gateway/hash-pool.ts'
import { checkText } from '../report/bundle-text.ts'
import { spool } from '../store/spool.ts'
import { withBundle } from './bundle-input.ts'
import { believed, proofFlags, type ProofFlags } from './bundle-proof.ts'
import { cacheConfig, cacheFlags, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import { interruptible } from './interruptible.ts'
import { progress } from './progress.ts'

type Flags = CacheFlags & ProofFlags

export const bundleVerifyCommand = buildCommand<Flags, [string], CommandLine>({
  docs: {
    brief: 'Prove all that is in a bundle, and keep nothing',
    customUsage: ['[FLAGS] FILE'],
    fullDescription: [
      'Proves a bundle: its signature, each byte of it, each record in the tree of its database under the signed head, and the hash of each',
      'go.mod and zip. Nobody is asked, and nothing is kept. Exit code 1 if anything is wrong, of which the first files are named, and with',
      '--json all.',
      '',
      'Example:',
      '  modgate bundle verify june.bundle --key "$(cat exporter.key)"',
      '  ssh exporter modgate bundle export -o - --all | modgate bundle verify - --key "$(cat exporter.key)"',
    ].join('\n'),
  },
  parameters: {
    flags: { ...cacheFlags('sumdb', 'logName', 'logKey'), ...proofFlags },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'FILE', brief: 'A bundle; - is standard input' }],
    },
  },
  async func({ key, anySigner, ...flags }, file) {
    const config = await cacheConfig(this, { ...flags, upstream: 'off' })
    const trust = await believed(config, { ...(key ? { key } : {}), ...(anySigner ? { anySigner } : {}) })
    const [name, check] = await interruptible(`verify ${file}`, (signal) =>
      withBundle(this, { name: file, signal }, async (bundle) => {
        return [bundle.name, await proved(this, bundle, { ...trust, signal })] as const
      }),
    )
    print(this, flags.json ? check : checkText(name, check))
    if (check.problems.length > 0) this.process.exitCode = 1
  },
})

type Trust = Pick<CheckOptions, 'signers' | 'anySigner' | 'database' | 'signal'>

/** With a place for zips, one by one, that is gone afterwards. */
async function proved(command: CommandLine, bundle: Bundle, trust: Trust): Promise<BundleCheck> {
  const temporary = await mkdtemp(join(tmpdir(), 'modgate-bundle-'))
  const hasher = hashPool(Math.max(1, availableParallelism() - 1))
  const total = bundle.manifest.files.reduce((sum, { size }) => sum + size, 0)
  const bar = progress(command.process, 'verify', total)
  try {
    const width = availableParallelism() + 1
    const onFile = (bytes: number) => bar.done(bytes)
    return await checkBundle(bundle, { ...trust, spool: spool(temporary), hasher, width, onFile })
  } finally {
    bar.end()
    await hasher.close()
    await rm(temporary, { recursive: true, force: true })
  }
}
