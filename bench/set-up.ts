/** What a run needs beside the working copy: looked for, brought where the machine's package manager can, else said. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Built and generated things of the bench; safe to delete. */
export const cacheDirectory = resolve(import.meta.dirname, '../node_modules/.cache/bench')

/** Finds a program by asking for its version; installs its Debian package where it is missing and we may. */
export async function ensureProgram(
  program: string,
  versionFlags: readonly string[],
  debianPackage: string,
): Promise<{ version: string } | { missing: string }> {
  const found = await versionOf(program, versionFlags)
  if (found !== undefined) return { version: found }
  const missing = { missing: `no ${program} on this machine; install ${debianPackage}` }
  if (process.getuid?.() !== 0) return missing
  console.error(`set-up: installing ${debianPackage}`)
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', debianPackage], { env })
  } catch {
    return missing
  }
  const installed = await versionOf(program, versionFlags)
  return installed === undefined ? missing : { version: installed }
}

async function versionOf(program: string, flags: readonly string[]): Promise<string | undefined> {
  const said = await run(program, [...flags]).catch((error: unknown) => error as { stdout?: string; stderr?: string })
  // wrk tells its version together with a usage and exit code 1.
  const text = `${said.stdout ?? ''}${said.stderr ?? ''}`
  return /(\d+\.\d[\w.-]*)/.exec(text)?.[1]
}
