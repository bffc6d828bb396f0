/** Hosts with pages for tests, and a finder that asks them. */

import type { Context } from '../../core/context.ts'
import { Failure } from '../../core/failure.ts'
import { matchPrefixPatterns } from '@modgate/gomod/module'
import { findRoot, type FindRootOptions } from './find-root.ts'
import { goImports } from './go-import.ts'
import type { FetchPage } from './page.ts'
import { rememberedPages, type RememberOptions } from './remembered-pages.ts'
import type { FindRoot } from './repository-root.ts'

export const moments: Omit<RememberOptions, 'clock'> = {
  ttlMs: 1000,
  absentTtlMs: 100,
  staleMs: 10_000,
  deadlineMs: 5000,
  limit: 100,
}

export const someContext: Context = {
  id: 'test',
  trace: { traceId: '0', spanId: '0', sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
}

export const importTag = (content: string): string => `<meta name="go-import" content="${content}">`

export interface TestPages {
  readonly fetch: FetchPage
  /** Paths in the order in which they were asked. */
  readonly asked: string[]
  /** What each path answers: a page, a status, or a Failure. */
  readonly answers: Record<string, string | number | Failure>
  /** Milliseconds since the epoch, for whoever remembers. */
  now: number
}

export function testPages(answers: TestPages['answers'] = {}): TestPages {
  const pages: TestPages = {
    answers,
    asked: [],
    now: 0,
    fetch: async (path) => {
      pages.asked.push(path)
      const answer = pages.answers[path] ?? 404
      if (answer instanceof Failure) throw answer
      const [status, text] = typeof answer === 'number' ? [answer, 'an error'] : [200, answer]
      return { url: `https://${path}?go-get=1`, status, ...goImports(Buffer.from(text)) }
    },
  }
  return pages
}

/** A finder over these pages that remembers them, and may connect anywhere. */
export function testFinder(
  pages: TestPages,
  { insecure = '', ...more }: Partial<FindRootOptions> & { readonly insecure?: string } = {},
): FindRoot {
  return findRoot({
    pages: rememberedPages(pages.fetch, { ...moments, clock: { now: () => pages.now } }),
    isInsecure: (path) => matchPrefixPatterns(insecure, path),
    checkHost: async () => undefined,
    ...more,
  })
}
