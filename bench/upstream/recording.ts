/** A module proxy, recorded: each answer is fetched once from the machine's own and kept, a file a URL path. */
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Answers } from './answers.ts'

/** `moduleProxy` is asked for what `directory` lacks; `onFetch` hears of it, since such a run measures something else. */
export function recording(directory: string, moduleProxy: string, onFetch: () => void): Answers {
  const underWay = new Map<string, Promise<string | number>>()
  return async (path) => {
    // What stands for a directory and a file at once is kept under a name that cannot be a path's.
    const place = join(directory, `${path}.recorded`)
    if (await isThere(place)) return place
    const refused = await readFile(`${place}-status`, 'utf8').catch(() => undefined)
    if (refused !== undefined) return Number(refused)
    const flight =
      underWay.get(path) ?? fetchOnce(moduleProxy + encodeURI(path), place).finally(() => underWay.delete(path))
    if (!underWay.has(path)) onFetch()
    underWay.set(path, flight)
    return flight
  }
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

async function fetchOnce(url: string, place: string): Promise<string | number> {
  const response = await fetch(url)
  await mkdir(dirname(place), { recursive: true })
  if (!response.ok) {
    // True absence is part of the recording; trouble is not.
    if (response.status === 404 || response.status === 410) await writeFile(`${place}-status`, String(response.status))
    return response.status
  }
  const part = `${place}-part`
  await writeFile(part, Buffer.from(await response.arrayBuffer()))
  await rename(part, place)
  return place
}
