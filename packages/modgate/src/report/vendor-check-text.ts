/** What became of a check of a vendor directory, for people and for programs. */

import { counted } from '../core/counted.ts'
import type { FileDifference } from '../core/files-below.ts'

export interface VendorCheckReport {
  /** Absolute. */
  readonly directory: string
  /** How many files should be there, `modules.txt` aside. */
  readonly files: number
  readonly differences: readonly FileDifference[]
}

/** More would hide what is to be done. */
const shownFiles = 20

export function vendorCheckText({ directory, files, differences }: VendorCheckReport): string {
  const shown = differences.slice(0, shownFiles).map(({ file, what }) => `${what}: ${file}`)
  const more = differences.length - shown.length
  if (more > 0) shown.push(`and ${counted(more, 'more file')}`)
  const found = `${directory}: ${counted(files, 'file')} of modules`
  if (differences.length === 0) return `${found}\nall agree`
  return [...shown, found, `${differences.length} do not agree`, '  next: write it anew: modgate vendor'].join('\n')
}
