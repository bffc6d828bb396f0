/** Which of the tags before a commit a pseudo-version is built on (Go: codehost.Repo.RecentTag). */

import { compare } from '@modgate/gomod/semver'
import type { TagSearch } from './code-host.ts'

/** The highest by semantic version that has the prefix and is allowed; undefined for none. */
export async function highestTag(tags: readonly string[], { prefix, allowed }: TagSearch): Promise<string | undefined> {
  let highest: string | undefined
  for (const tag of tags) {
    if (!tag.startsWith(prefix)) continue
    if (highest !== undefined && compare(tag.slice(prefix.length), highest.slice(prefix.length)) <= 0) continue
    if (await allowed(tag)) highest = tag
  }
  return highest
}
