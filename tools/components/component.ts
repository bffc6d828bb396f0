import { execFile } from 'node:child_process'

/** Something outside the working copy that a test needs: a program, a toolchain. */
export interface Component {
  readonly name: string
  /** Looks for it without changing the machine. Resolves to where it is, or to the reason why it cannot be used. */
  find(): Promise<Found | Missing>
  /** Brings it, where that is possible. Rejects with what went wrong. */
  install?(): Promise<void>
}

export interface Found {
  readonly path: string
  readonly version: string
}

export interface Missing {
  readonly missing: string
}

/** The standard output of a program, trimmed. Rejects when it fails or takes longer than `timeout` milliseconds. */
export function output(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const { env = {}, cwd, timeout = 300_000 } = options
    execFile(file, args, { env: { ...process.env, ...env }, cwd, timeout }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim())
      else reject(new Error(`${file} ${args.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }))
    })
  })
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly timeout?: number
}

/** Turns a rejected look-up into the reason that stands behind "skipped". */
export async function findOr(reason: string, find: () => Promise<Found>): Promise<Found | Missing> {
  try {
    return await find()
  } catch (error) {
    return { missing: `${reason} (${error instanceof Error ? error.message : String(error)})` }
  }
}
