/** `modgate token list` */

import { buildCommand } from '@stricli/core'
import { readTokens, shownToken, type ShownToken } from '../store/token-book.ts'
import { cacheConfig, cacheFlags, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'

export const tokenListCommand = buildCommand<CacheFlags, [], CommandLine>({
  docs: {
    brief: 'List the tokens: names, what they may see, when they end',
    customUsage: ['[FLAGS]'],
    fullDescription:
      'Lists the tokens. Their texts are not kept, so nobody can list those.\n\nExample:\n  modgate token list --json',
  },
  parameters: { flags: cacheFlags('tokens') },
  async func(flags) {
    const config = await cacheConfig(this, flags, true)
    const tokens = (await readTokens(config.tokens)).map(shownToken)
    print(this, flags.json ? { tokens } : tokens.length === 0 ? 'no tokens' : tokens.map(line).join('\n'))
  },
})

function line({ name, patterns, created, expires }: ShownToken): string {
  const end = expires === undefined ? 'no end' : `${Date.parse(expires) <= Date.now() ? 'expired' : 'until'} ${expires}`
  return `${name}  ${patterns}  since ${created}, ${end}`
}
