import { ErrorList, parseLax } from '../modfile/index.ts'
import { readContent } from './content.ts'
import type { Content } from './content.ts'
import { maxGoMod } from './limits.ts'

/** The version in the go line of a go.mod file; undefined if it has none, cannot be parsed or is larger than 16 MiB. */
export async function readGoVersion(goMod: Content): Promise<string | undefined> {
  const bytes = await readContent(goMod, maxGoMod)
  if (bytes === undefined) return undefined
  try {
    return parseLax('go.mod', bytes).go?.version
  } catch (error) {
    if (error instanceof ErrorList) return undefined
    throw error
  }
}
