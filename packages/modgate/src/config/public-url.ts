/** The URL at which clients reach a gate that stands behind something else. */

import { written } from './written.ts'

/** Throws on what the go command could not take as a GOPROXY. No slash at the end. */
function parsePublicUrl(text: string): string {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw new Error('is no http or https URL')
  if (url.username !== '' || url.password !== '')
    throw new Error('holds credentials, which would be shown to everybody')
  if (url.search !== '' || url.hash !== '') throw new Error('has a query or a fragment')
  return url.href.replace(/\/+$/, '')
}

export const publicUrl = written('a URL', parsePublicUrl)
