/** What the origin watch has found, in words. */

import type { OriginFinding } from '../store/origin-book.ts'

/** One sentence: what is not any more as it was, and what that means for clients. */
export function findingInWords({ kind, module, version, was, now = '', lacks = [] }: OriginFinding): string {
  const files = lacks.map((file) => (file === 'mod' ? 'go.mod' : file)).join(' and ')
  switch (kind) {
    case 'tag-moved':
      return `the tag of ${module}@${version} leads to ${short(now)}, and was ${short(was)} when it was fetched: ${files === '' ? 'the first one is served' : `its info is the first one, and its ${files}, which nobody has asked for so far, would come from where the tag leads now`}`
    case 'tag-deleted':
      return `the tag of ${module}@${version} is gone, and was ${short(was)} when it was fetched: ${files === '' ? 'what was kept is served' : `its info is served, and its ${files}, which nobody had asked for, cannot be had any more`}`
    case 'repository-moved':
      return `the host of ${was} sends everybody to ${now}: whoever takes over the old name would be asked for ${module}`
    case 'page-moved':
      return `the page of ${module} names ${now}, and named ${was} before: new versions come from there`
    case 'repository-gone':
      return `there is no repository at ${was} any more: ${module} has no new versions, and what was kept is served`
  }
}

const short = (commit: string) => commit.slice(0, 12)
