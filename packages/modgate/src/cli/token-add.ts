/** `modgate token add NAME` */

import { buildCommand } from '@stricli/core'
import { gateUrl, parseDuration, parsePatternList, type ServeConfig } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { newToken, shownToken, tokenHash, type TokenEntry } from '../store/token-book.ts'
import { cacheConfig, cacheFlags, type CacheFlags } from './cache-store.ts'
import { printSafe, type CommandLine } from './context.ts'
import { changeTokens } from './token-file.ts'

type Flags = CacheFlags & { readonly patterns?: string; readonly expires?: string }

export const tokenAddCommand = buildCommand<Flags, [string], CommandLine>({
  docs: {
    brief: 'Make a token and print it, once',
    customUsage: ['[FLAGS] NAME'],
    fullDescription: [
      'Makes a token and prints it, alone. It is shown this once: the gate keeps its hash. What it may see are the modules that',
      'match --patterns (GOPRIVATE grammar); `*` is everything, and also what names everything, as the index.',
      '',
      'Example:',
      "  modgate token add ci --patterns '*.corp.example,github.com/myorg' --expires 90d",
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...cacheFlags('tokens', 'access', 'listen', 'publicUrl', 'tlsCert', 'tlsKey', 'basePath'),
      patterns: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'PATTERNS',
        brief: 'The modules that it may see; default: *',
      },
      expires: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'DURATION',
        brief: 'How long it is good, as 90d; default: until it is revoked',
      },
    },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'NAME', brief: 'What the token is called' }],
    },
  },
  async func({ patterns = '*', expires, ...flags }, name) {
    const config = await cacheConfig(this, flags, true)
    const token = newToken()
    const entry = entryOf(token, { name, patterns, expires })
    await changeTokens(config, (tokens) => {
      if (tokens.every((each) => each.name !== name)) return [...tokens, entry]
      throw wrong(name, 'there is a token of this name', `revoke it first: modgate token revoke ${name}`)
    })
    // The one place where a secret is the result.
    printSafe(this, flags.json ? JSON.stringify({ ...shownToken(entry), token }, undefined, 2) : token)
    // Nothing in it is secret, and what masks secrets would mask the login.
    if (!flags.json) this.process.stderr.write(`${howToUse(config)}\n`)
  },
})

function entryOf(token: string, asked: { name: string; patterns: string; expires: string | undefined }): TokenEntry {
  const { name, expires } = asked
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw wrong(name, 'is no name: letters, digits and ._- up to 64', 'give a name such as ci-team-a')
  }
  const now = Date.now()
  const until = expires === undefined ? {} : { expires: new Date(now + spanOf(expires)).toISOString() }
  return {
    name,
    patterns: patternsOf(asked.patterns),
    created: new Date(now).toISOString(),
    ...until,
    hash: tokenHash(token),
  }
}

function patternsOf(text: string): string {
  try {
    const patterns = text === '*' ? text : parsePatternList(text)
    if (patterns === '') throw new Error('names nothing')
    return patterns
  } catch (error) {
    throw wrong(`--patterns ${text}`, (error as Error).message, 'give patterns as GOPRIVATE has them')
  }
}

/** Longer ones than a timer could wait are written in days. */
function spanOf(text: string): number {
  const days = /^([0-9]{1,5})d$/.exec(text)?.[1]
  try {
    const span = days === undefined ? parseDuration(text) : Number(days) * 86_400_000
    if (span === 0) throw new Error('is over before it begins')
    return span
  } catch (error) {
    throw wrong(`--expires ${text}`, (error as Error).message, 'give a duration such as 90d')
  }
}

function howToUse(config: ServeConfig): string {
  const { hostname, port } = new URL(config.publicUrl ?? gateUrl(config))
  const lines = [
    '',
    'For go, in ~/.netrc (sent over https only):',
    `  machine ${hostname}${port === '' ? '' : `:${port}`} login modgate password TOKEN`,
  ]
  if (config.access === 'open')
    lines.push(
      '',
      'A gate looks at tokens if it runs with --access private or --access all; the settings here say open.',
    )
  return lines.join('\n')
}

function wrong(asked: string, why: string, next: string): Failure {
  return new Failure('usage', { asked, who: 'modgate', why, next })
}
