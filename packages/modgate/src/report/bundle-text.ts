/** What commands say about bundles. */

import type { BundleCheck } from '../bundle/bundle-check.ts'
import type { BundleDatabase } from '../bundle/manifest.ts'
import { counted } from '../core/counted.ts'
import type { Failure } from '../core/failure.ts'
import type { Adoption } from '../gateway/adoption.ts'
import { sizeInWords } from './size-in-words.ts'
import { adviceLines, failureJSON, failureLines } from './warm-text.ts'

export interface Exported {
  readonly file: string
  /** Of the manifest: what a delta names. */
  readonly modules: number
  readonly files: number
  readonly bytes: number
  readonly databases: readonly BundleDatabase[]
  /** The verifier line of who signed it. */
  readonly key: string
  readonly isDelta: boolean
  readonly failed: readonly Failure[]
}

/** Also what the other side has to know: the key, which must come another way. */
export function exportedText({ file, modules, files, bytes, databases, key, isDelta, failed }: Exported): string {
  return [
    ...failureLines(failed),
    `${file}: ${counted(modules, 'version')}, ${counted(files, 'file')}, ${sizeInWords(bytes)}${isDelta ? ', a delta' : ''}`,
    ...databases.map(({ name, size }) => `  records proved under ${name} at ${size}`),
    `  signed by ${key}`,
    ...adviceLines(failed),
  ].join('\n')
}

/** The same for programs. */
export function exportedJSON({ failed, ...rest }: Exported): object {
  return { ...rest, failed: failed.map(failureJSON) }
}

const shownProblems = 10

/** What a bundle was proved to be, or what is wrong with it. */
export function checkText(name: string, check: BundleCheck): string {
  const { signer, databases, strangers, files, bytes, problems } = check
  const lines = problems.slice(0, shownProblems).map(({ file, why }) => `bad ${file}: ${why}`)
  if (problems.length > shownProblems) lines.push(`… and ${problems.length - shownProblems} more; --json has them all`)
  const verdict = problems.length === 0 ? 'all as signed and proved' : counted(problems.length, 'problem')
  return [
    ...lines,
    `${name}: ${counted(files, 'file')}, ${sizeInWords(bytes)}: ${verdict}`,
    signer === undefined ? '  signature not believed: only what databases prove counts' : `  signed by ${signer}`,
    ...databases.map((each) => `  records proved under ${each.name} at ${each.size}`),
    ...strangers.map((each) => `  records of ${each} not looked at: its key is not known here`),
  ].join('\n')
}

/** What became of an import that was let in. */
export function adoptionText({ adopted, bytes, present, refused }: Adoption): string {
  const sum = `imported ${counted(adopted, 'file')} (${sizeInWords(bytes)}), ${present} were there already, ${refused.length} refused`
  return [...failureLines(refused), sum, ...adviceLines(refused)].join('\n')
}

/** The same for programs. */
export function adoptionJSON({ refused, ...counts }: Adoption): object {
  return { ...counts, refused: refused.map(failureJSON) }
}
