/** The path below which a gate behind a shared host name serves. */

import { written } from './written.ts'

const segment = /^[A-Za-z0-9._~-]+$/

/** Empty, or `/x/y`: one slash before each segment, none at the end. Throws on what a URL path would have to escape. */
export function parseBasePath(text: string): string {
  const segments = text.split('/').filter((part) => part !== '')
  for (const part of segments) {
    if (part === '.' || part === '..') throw new Error(`has the segment ${part}`)
    if (!segment.test(part))
      throw new Error(`has characters other than letters, digits and ._~- in ${JSON.stringify(part)}`)
  }
  return segments.map((part) => `/${part}`).join('')
}

export const basePath = written('a path', parseBasePath)
