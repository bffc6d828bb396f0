/** `modgate log show MODULE@VERSION` */

import { writeFile } from 'node:fs/promises'
import { escapePath, escapeVersion, ModuleError } from '@modgate/gomod/module'
import { buildCommand } from '@stricli/core'
import { pathsOf } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import type { ModuleVersion } from '../core/ports.ts'
import { recordHistory } from '../gateway/log/record-history.ts'
import { formatProofFile, proveInLog } from '../gateway/log/record-proof.ts'
import { recordJson, recordText } from '../report/record-text.ts'
import { diskCheckpoints } from '../store/disk-checkpoints.ts'
import { diskStore } from '../store/disk-store.ts'
import { factsBook } from '../store/entry-facts.ts'
import { cacheConfig, cacheFlags, splitVersion, type CacheFlags } from './cache-store.ts'
import { print, remark, type CommandLine } from './context.ts'
import { withLogInDirectory } from './log-directory.ts'

type Flags = CacheFlags & { readonly proof?: string }

export const logShowCommand = buildCommand<Flags, [string], CommandLine>({
  docs: {
    brief: 'Show the record of a version, prove it, and say where it came from',
    customUsage: ['[FLAGS] MODULE@VERSION'],
    fullDescription: [
      'Shows what the log says of a version, proves by the signed head that the log has it, and tells what is known of it beside',
      'the log: when it was appended, when and from where the gate first saw it, who asked first, and the commit that its source',
      'names. --proof writes a file (C2SP tlog-proof) that proves the record to whoever has the log key, without asking the gate.',
      '',
      'Example:',
      '  modgate log show corp.example/lib@v1.2.0',
      '  modgate log show corp.example/lib@v1.2.0 --proof lib.tlog-proof',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...cacheFlags('logName', 'logKey', 'logGuard'),
      proof: { kind: 'parsed', parse: String, optional: true, placeholder: 'FILE', brief: 'Write the proof to FILE' },
    },
    aliases: { o: 'proof' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'MODULE@VERSION', brief: 'A module path and a whole version' }],
    },
  },
  async func({ proof: file, ...flags }, argument) {
    const module = moduleVersion(argument)
    const config = await cacheConfig(this, flags, true)
    await withLogInDirectory(config, async ({ log }, directory) => {
      const record = await log.find(module)
      if (!record) throw notThere(argument, log.name)
      const proof = await proveInLog(log, record)
      const facts = factsBook(diskCheckpoints(directory))
      const history = await recordHistory({ log, facts, store: diskStore(directory) }, module, record)
      const shown = { module: argument, log: log.name, ...record, ...proof, ...history }
      if (file !== undefined) await writeProof(this, file, formatProofFile(record.id, proof))
      print(this, flags.json ? recordJson(shown) : recordText(shown))
      if (file !== undefined) remark(this, `wrote ${file}`)
    })
  },
})

/** Throws a Failure `usage` for what is no module version. */
function moduleVersion(argument: string): ModuleVersion {
  const { path, version = '' } = splitVersion(argument)
  try {
    escapePath(path)
    escapeVersion(version)
    return { path, version }
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
    const next = 'name a module and a whole version, as corp.example/lib@v1.2.0'
    throw new Failure('usage', { asked: argument, who: 'modgate', why: error.message, next })
  }
}

function notThere(asked: string, log: string): Failure {
  return new Failure('no-record', {
    asked,
    who: log,
    why: 'the log has no record of this version',
    next: 'a version comes into the log when a client first asks the gate for it',
  })
}

async function writeProof({ machine }: CommandLine, file: string, text: string): Promise<void> {
  await writeFile(pathsOf(machine).resolve(machine.cwd, file), text).catch((error: unknown) => {
    const why = `cannot be written: ${(error as Error).message}`
    throw new Failure('usage', {
      asked: `--proof ${file}`,
      who: 'modgate',
      why,
      next: 'give another file',
      cause: error,
    })
  })
}
