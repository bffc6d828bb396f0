/** Trees of files that are compared: what is in one, and how it differs from what it should be. */

import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A file that is not as it should be; its path is slash-separated and relative to the root of the tree. */
export interface FileDifference {
  readonly file: string
  readonly what: 'changed' | 'missing' | 'extra'
}

/** Everything below a directory that is none itself, slash-separated, links included; nothing where there is no such directory. */
export function* filesBelow(directory: string): Generator<string> {
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) yield* walked(directory, '')
}

function* walked(directory: string, below: string): Generator<string> {
  for (const item of readdirSync(join(directory, below), { withFileTypes: true })) {
    const path = below === '' ? item.name : `${below}/${item.name}`
    if (item.isDirectory()) yield* walked(directory, path)
    else yield path
  }
}
