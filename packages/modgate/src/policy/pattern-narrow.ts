/** The narrowest pattern that somebody would write by hand for a module: its host, or host and owner where strangers share the host. */

import { isPublicForge } from './public-forges.ts'

/** `git.corp.example` for what is there; `github.com/owner` on a public forge. Literal, and it matches the module. */
export function narrowPattern(module: string): string {
  const [host = '', owner] = module.split('/')
  const narrow = owner !== undefined && isPublicForge(host) ? `${host}/${owner}` : host
  return narrow.replace(/[*?[\]\\]/g, String.raw`\$&`)
}
