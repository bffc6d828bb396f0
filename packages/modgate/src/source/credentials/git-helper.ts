/**
 * A git credential helper that the operator names for a place (`man gitcredentials`). No other helper, and no person, is ever asked; and
 * it is asked for the place, not for each repository there, since anybody can think of repositories.
 */

import type { Clock, Runner } from '../../core/ports.ts'
import { basic, type CredentialSource } from './credentials.ts'
import { gitConfig } from './git-access.ts'
import { isAt, type Place } from '../../core/place.ts'
import { unusable } from './unusable.ts'

export interface GitHelper {
  readonly place: Place
  /** As `credential.helper` has it: `store`, `/opt/bin/helper --flag`, `!command`. */
  readonly helper: string
}

export interface GitHelperOptions {
  readonly runner: Runner
  readonly clock: Pick<Clock, 'now'>
  /** Where git runs: a directory of the gate's own, since git believes what the repository around it says. */
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

const helperMs = 30_000
/** For how long an answer is good where the helper does not say. Milliseconds. */
const goodForMs = 60_000

interface Answer {
  readonly authorization: string | undefined
  readonly until: number
}

export function gitHelper({ place, helper }: GitHelper, options: GitHelperOptions): CredentialSource {
  let known: Answer | undefined
  let asking: Promise<Answer> | undefined
  const { clock } = options
  return async (url) => {
    if (!isAt(place, url)) return undefined
    if (!known || known.until <= clock.now()) {
      asking ??= filled(place, helper, options).finally(() => (asking = undefined))
      known = await asking
    }
    return known.authorization
  }
}

/** `git credential fill` with this helper alone. */
async function filled(place: Place, helper: string, options: GitHelperOptions): Promise<Answer> {
  const { runner, clock, directory, environment } = options
  const { code, stdout, trouble } = await runner.run(['git', 'credential', 'fill'], {
    cwd: directory,
    environment: {
      ...environment,
      ...gitConfig([
        ['credential.helper', helper],
        ['credential.interactive', 'false'],
        ['credential.useHttpPath', 'true'],
      ]),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '',
      SSH_ASKPASS: '',
    },
    input: `protocol=https\nhost=${place.host}\npath=${place.path.slice(1)}\n\n`,
    timeoutMs: helperMs,
  })
  if (trouble !== undefined) throw unusable(`credential helper for ${place.host}`, `git credential fill: ${trouble}`)
  const until = clock.now() + goodForMs
  // Without an answer git would ask a person, may not, and fails: the helper has nothing for this place.
  if (code !== 0) return { authorization: undefined, until }
  return answerOf(stdout, place, until)
}

function answerOf(output: string, place: Place, until: number): Answer {
  const fields = new Map(
    output.split('\n').map((line): [string, string] => {
      const equals = line.indexOf('=')
      return [line.slice(0, Math.max(0, equals)), line.slice(equals + 1)]
    }),
  )
  const [host, user, password] = ['host', 'username', 'password'].map((name) => fields.get(name))
  // A helper may answer for another host than it was asked about; that is not ours to use.
  if (host !== place.host || user === undefined || password === undefined) return { authorization: undefined, until }
  const expiry = Number(fields.get('password_expiry_utc') ?? NaN) * 1000
  return { authorization: basic(user, password), until: Number.isNaN(expiry) ? until : Math.min(until, expiry) }
}
