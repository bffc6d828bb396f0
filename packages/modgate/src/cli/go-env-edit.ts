/** Edits the file of `go env -w` as that command does (cmd/go/internal/envcmd, updateEnvFile). */

import { randomBytes } from 'node:crypto'
import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * The text with a variable set, or removed where the value is undefined. Of a variable that stands there more than once the last line
 * counts and stays; neighbouring settings are sorted; comments and lines that are no settings stay where they are. Throws a RangeError
 * for a value with a line break.
 */
export function editedGoEnv(text: string, variable: string, value: string | undefined): string {
  if (value !== undefined && /[\r\n\0]/.test(value)) throw new RangeError(`the value of ${variable} holds a line break`)
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  const last = new Map<string, number>()
  const kept: (string | undefined)[] = [...lines]
  for (const [at, line] of lines.entries()) {
    const name = nameIn(line)
    if (name === '') continue
    const before = last.get(name)
    if (before !== undefined) kept[before] = undefined
    last.set(name, at)
  }
  const at = last.get(variable)
  if (at !== undefined) kept[at] = value === undefined ? undefined : `${variable}=${value}`
  else if (value !== undefined) kept.push(`${variable}=${value}`)
  return sortedRuns(kept)
    .map((line) => `${line}\n`)
    .join('')
}

/** Removed lines end a run, as others that are no settings do. */
function sortedRuns(lines: readonly (string | undefined)[]): readonly string[] {
  const sorted: string[] = []
  let run: string[] = []
  const end = () => {
    sorted.push(...run.sort((a, b) => Buffer.compare(Buffer.from(nameIn(a)), Buffer.from(nameIn(b)))))
    run = []
  }
  for (const line of lines) {
    if (line !== undefined && nameIn(line) !== '') run.push(line)
    else {
      end()
      if (line !== undefined) sorted.push(line)
    }
  }
  end()
  return sorted
}

function nameIn(line: string): string {
  const name = line.slice(0, Math.max(0, line.indexOf('=')))
  return name.includes('#') ? '' : name
}

/** Puts the text in place of a file, whole or not at all; its mode stays, and a link goes on leading to it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const real = await realpath(path).catch(() => path)
  const mode = await stat(real).then(
    (found) => found.mode & 0o7777,
    () => undefined,
  )
  const temporary = join(dirname(real), `.modgate-${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(temporary, text, { flag: 'wx', ...(mode !== undefined && { mode }) })
    await rename(temporary, real)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
