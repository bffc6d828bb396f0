/** `modgate log rotate` */

import { stat } from 'node:fs/promises'
import { buildCommand } from '@stricli/core'
import { loadServeConfig, type LoadedConfig } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { commandClock } from '../core/system.ts'
import { formerLogs, rotate, sizeOf, type Rotated, type RotationOptions } from '../gateway/log/rotation.ts'
import { planRotation, type RotationPlan } from '../gateway/log/rotation-plan.ts'
import { recordsInWords } from '../report/log-standing-text.ts'
import { rotationJson, rotationText } from '../report/rotation-text.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { diskCheckpoints } from '../store/disk-checkpoints.ts'
import { agreement } from './agreement.ts'
import { cacheFlags, type CacheFlags } from './cache-store.ts'
import { print, remark, type CommandLine } from './context.ts'
import { assertGuardWritable, logFilesOf } from './log-parts.ts'
import { countProgress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'

type Flags = CacheFlags & { readonly to?: string; readonly oldKey?: string; readonly yes?: boolean }

export const logRotateCommand = buildCommand<Flags, [], CommandLine>({
  docs: {
    brief: 'Move the log to a new name and key, with all its records',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Begins a log under a new name and key, with all records of the old one that can be proved, in their order: the way out where',
      'the old log refuses to sign. The old key is kept beside the new one. Cut off, the gate has the old log or the new one, and the',
      'next run goes on. A gate that still runs with the old key signs nothing more; restart it. Clients need the new lines, which',
      'are printed.',
      '',
      'Example:',
      '  modgate log rotate --data /var/lib/modgate --to modgate.corp.example/e2',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...cacheFlags('logName', 'logKey', 'logGuard', 'publicUrl'),
      to: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'NAME',
        brief: "NAME: The new name [the next one of the old name's: host/e2, host/e3]",
      },
      oldKey: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'LINE',
        brief: "LINE: The old log's verifier line, from a client's GOSUMDB, where key and guard are lost",
      },
      yes: { kind: 'boolean', optional: true, withNegated: false, brief: 'Do not ask' },
    },
  },
  async func({ to, oldKey, yes, ...flags }) {
    const loaded = await loadServeConfig({ ...flags, upstream: 'off', sumdb: 'off' }, this.machine)
    await assertOwner(loaded.config.data)
    const directory = await openDataDirectory(loaded.config.data, { create: false })
    try {
      const { modules } = directory
      const checkpoints = diskCheckpoints(directory)
      const options = { files: logFilesOf(loaded.config), modules, checkpoints, clock: commandClock }
      const plan = await planRotation(options, { to, oldKey })
      await assertGuardWritable(plan.guard)
      const total = (await formerLogs(options, plan)).reduce((sum, log) => sum + sizeOf(log), 0)
      if (!(await isAgreed(this, plan, { total, yes }))) return
      const rotated = await carriedOver(this, options, { plan, total })
      show(this, loaded, { plan, rotated, json: flags.json === true })
    } finally {
      await directory.close()
    }
  },
})

/** What is written must be the gate's to read: a key of another user's, mode 0600, would keep it from starting. */
async function assertOwner(data: string): Promise<void> {
  const owner = (await stat(data).catch(() => undefined))?.uid
  const self = process.getuid?.()
  if (owner === undefined || self === undefined || owner === self) return
  throw new Failure('configuration', {
    asked: `--data ${data}`,
    who: 'modgate',
    why: `it belongs to user ${owner}, and this is user ${self}: the gate could not read the new key`,
    next: `run it as the user of the gate: sudo -u '#${owner}' modgate log rotate`,
  })
}

interface Size {
  /** Records of the old log. */
  readonly total: number
}

async function isAgreed(
  command: CommandLine,
  { from, to, resumed }: RotationPlan,
  { total, yes }: Size & { readonly yes: boolean | undefined },
): Promise<boolean> {
  const what = `${from} (${recordsInWords(total)}) to ${to}`
  remark(command, resumed ? `goes on with the rotation of ${what}` : `moves the log ${what}`)
  if (yes) return true
  const agreed = await agreement(command, 'every client will need the new key; go on?')
  if (agreed === undefined) {
    throw new Failure('usage', {
      asked: 'modgate log rotate',
      who: 'modgate',
      why: 'there is no terminal to ask at, and nothing was changed',
      next: 'modgate log rotate --yes',
    })
  }
  if (agreed) return true
  remark(command, 'changed nothing')
  command.process.exitCode = 1
  return false
}

async function carriedOver(
  command: CommandLine,
  options: RotationOptions,
  { plan, total }: Size & { readonly plan: RotationPlan },
): Promise<Rotated> {
  const bar = countProgress(command.process, 'rotate', total, 'record')
  const stop = stopSignal(process)
  let stopped = false
  void stop.asked.then(() => (stopped = true))
  try {
    return await rotate(options, plan, (count) => {
      bar.done(count)
      if (stopped) throw interrupted(plan)
    })
  } finally {
    stop.forget()
    bar.end()
  }
}

function interrupted({ from }: RotationPlan): Failure {
  return new Failure('shutting-down', {
    asked: `rotation of ${from}`,
    who: 'modgate',
    why: 'it was interrupted',
    next: 'modgate log rotate goes on with it; modgate log status says which log the gate has until then',
  })
}

interface Shown {
  readonly plan: RotationPlan
  readonly rotated: Rotated
  readonly json: boolean
}

function show(command: CommandLine, { config, origins }: LoadedConfig, { plan, rotated, json }: Shown): void {
  const namedAt = config.log?.name === plan.from ? origins.logName.place : undefined
  const { platform } = command.machine
  print(
    command,
    json ? rotationJson({ plan, rotated, namedAt }) : rotationText({ plan, rotated, config, namedAt, platform }),
  )
}
