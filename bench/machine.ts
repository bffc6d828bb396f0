import { execFile } from 'node:child_process'
import { availableParallelism, cpus, hostname, release, totalmem } from 'node:os'
import { promisify } from 'node:util'

export interface Machine {
  readonly date: string
  readonly machine: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGB: number
  readonly system: string
  readonly commit: string
}

/** Where and when a run takes place. */
export async function machine(): Promise<Machine> {
  const { stdout } = await promisify(execFile)('git', ['describe', '--always', '--dirty']).catch(() => ({ stdout: '' }))
  return {
    date: new Date().toISOString(),
    machine: hostname(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    commit: stdout.trim(),
  }
}
