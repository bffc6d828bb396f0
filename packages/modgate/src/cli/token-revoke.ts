/** `modgate token revoke NAME` */

import { buildCommand } from '@stricli/core'
import { Failure } from '../core/failure.ts'
import { cacheConfig, cacheFlags, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import { changeTokens } from './token-file.ts'

export const tokenRevokeCommand = buildCommand<CacheFlags, [string], CommandLine>({
  docs: {
    brief: 'Make a token good for nothing',
    customUsage: ['[FLAGS] NAME'],
    fullDescription:
      'Makes a token good for nothing; a running gate refuses it within two seconds.\n\nExample:\n  modgate token revoke ci',
  },
  parameters: {
    flags: cacheFlags('tokens'),
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'NAME', brief: 'What the token is called' }],
    },
  },
  async func(flags, name) {
    const config = await cacheConfig(this, flags, true)
    await changeTokens(config, (tokens) => {
      const left = tokens.filter((each) => each.name !== name)
      if (left.length < tokens.length) return left
      const next = 'see modgate token list'
      throw new Failure('usage', { asked: name, who: 'modgate', why: 'there is no token of this name', next })
    })
    print(this, flags.json ? { revoked: name } : `revoked ${name}`)
  },
})
