/** What processes have used, from /proc (proc(5)). On a machine that others use too, this is the figure; wall time is not. */
import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

interface ProcessStat {
  readonly pid: number
  readonly parent: number
  /** User and system time, also of children that have ended and were waited for, in ticks. */
  readonly ticks: number
}

/** CPU seconds (user and system) that a process and its descendants have used so far. */
export async function cpuSeconds(pid: number): Promise<number> {
  const tree = await processTree(pid)
  return tree.reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond
}

/** Resident memory of a process and its descendants in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const tree = await processTree(pid)
  const sizes = await Promise.all(
    tree.map(async (member) => {
      const status = await readFile(`/proc/${member.pid}/status`, 'latin1').catch(() => '')
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function processTree(root: number): Promise<readonly ProcessStat[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const all = (await Promise.all(names.map(readStat))).filter((stat) => stat !== undefined)
  const members = new Set([root])
  // Parents have not always the lower number, so repeat until nobody is added.
  for (let before = 0; before !== members.size;) {
    before = members.size
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid)
  }
  return all.filter(({ pid }) => members.has(pid))
}

async function readStat(name: string): Promise<ProcessStat | undefined> {
  const text = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => undefined)
  if (text === undefined) return undefined
  // The command's name may hold spaces and parentheses; what counts comes after the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const number = (field: number) => Number(fields[field - 3])
  return { pid: Number(name), parent: number(4), ticks: number(14) + number(15) + number(16) + number(17) }
}
