/** `modgate cache origins` */

import { buildCommand } from '@stricli/core'
import { counted } from '../core/counted.ts'
import { findingInWords } from '../report/origin-findings.ts'
import { originBook, type OriginFinding, type OriginRecord } from '../store/origin-book.ts'
import { systemClock } from '../core/system.ts'
import { cacheConfig, cacheFlags, withStore, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'

/** One repository, as the list shows it. */
interface ListedOrigin {
  readonly repository: string
  readonly modules: readonly string[]
  /** RFC 3339; when it was first fetched from, until the origin watch has looked at it. */
  readonly checkedAt: string
  readonly findings: readonly OriginFinding[]
}

export const originsCommand = buildCommand<CacheFlags, [], CommandLine>({
  docs: {
    brief: 'List the repositories that modules came from, and what the origin watch found there',
    fullDescription: [
      'Lists the repositories that modules came from, when the origin watch last looked at them, and what it found: tags that moved or',
      'are gone, repositories that moved, pages that name another one. What is served stays what it was. Nobody is asked.',
      '',
      'Example:',
      '  modgate cache origins',
      "  modgate cache origins --json | jq '.origins[].findings[]'",
    ].join('\n'),
  },
  parameters: { flags: cacheFlags() },
  async func(flags) {
    const config = await cacheConfig(this, flags, true)
    const origins = await withStore(config, { create: false }, async ({ store, checkpoints }) => {
      const listed: ListedOrigin[] = []
      for await (const record of originBook({ store, checkpoints, clock: systemClock }).list())
        listed.push(shown(record))
      return listed.sort((a, b) => (a.repository < b.repository ? -1 : 1))
    })
    const findings = origins.reduce((sum, { findings: found }) => sum + found.length, 0)
    print(
      this,
      flags.json ? { origins, total: { repositories: origins.length, findings } } : listText(origins, findings),
    )
  },
})

function shown({ repository, modules, checkedAt, findings }: OriginRecord): ListedOrigin {
  return {
    repository,
    modules: [...new Set(modules.map(({ path }) => path))].sort(),
    checkedAt: new Date(checkedAt).toISOString(),
    findings,
  }
}

function listText(origins: readonly ListedOrigin[], findings: number): string {
  const lines = origins.flatMap(({ repository, modules, checkedAt, findings: found }) => [
    `${repository}  ${counted(modules.length, 'module')}, looked at ${checkedAt.slice(0, 16).replace('T', ' ')}`,
    ...found.map((finding) => `  ${finding.since.slice(0, 10)}  ${finding.kind}: ${findingInWords(finding)}`),
  ])
  const repositories = counted(origins.length, 'repository', 'repositories')
  return [...lines, `${repositories}, ${counted(findings, 'finding')}`].join('\n')
}
