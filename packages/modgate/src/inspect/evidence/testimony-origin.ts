/** What the repository itself gives, by the go command that is here: a module cache of its own, no proxy, no database. */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModuleVersion } from '@modgate/gomod/module'
import type { Runner } from '../../core/ports.ts'
import { heard, unknown, type Testimony } from '../mismatch/testimony.ts'
import { both } from './testimony-attempt.ts'

export interface OriginSources {
  readonly module: ModuleVersion
  /** A directory for what is fetched; the caller removes it. */
  readonly temporary: string
  readonly runner: Runner
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

const originTimeoutMs = 180_000

/** What the go command makes of the repository. */
export async function originTestimony(sources: OriginSources): Promise<Testimony> {
  const { module, temporary, runner, environment, signal } = sources
  const home = join(temporary, 'origin')
  await mkdir(home, { recursive: true })
  const settings = {
    ...{
      GOPROXY: 'direct',
      GOSUMDB: 'off',
      GOFLAGS: '-modcacherw',
      GOTOOLCHAIN: 'local',
      GOWORK: 'off',
      GO111MODULE: 'on',
    },
    ...{ GOPATH: home, GOMODCACHE: join(home, 'mod'), GIT_TERMINAL_PROMPT: '0' },
  }
  const { code, stdout, stderr, trouble } = await runner.run(
    ['go', 'mod', 'download', '-json', `${module.path}@${module.version}`],
    { cwd: home, environment: { ...environment, ...settings }, timeoutMs: originTimeoutMs, signal },
  )
  const place = `the repository of ${module.path}`
  if (trouble !== undefined) return { witness: 'origin', place, ...both(unknown(troubleWords[trouble])) }
  const { Sum, GoModSum, Zip, Error: problem } = parsed(stdout)
  if (Sum === undefined)
    return { witness: 'origin', place, ...both(unknown(problem ?? (stderr.trim() || `go ended with ${code}`))) }
  const goMod = GoModSum === undefined ? unknown('go did not say') : heard(GoModSum)
  return { witness: 'origin', place, zip: heard(Sum), goMod, ...(Zip === undefined ? {} : { archive: Zip }) }
}

const troubleWords = {
  'not-there': 'there is no go command on PATH',
  'no-room': 'the system has no process, descriptor or memory left to start go with',
  timeout: `go took more than ${originTimeoutMs / 1000} s`,
  'too-much-output': 'go printed too much',
  killed: 'go was ended',
} as const

interface Downloaded {
  readonly Sum?: string
  readonly GoModSum?: string
  readonly Zip?: string
  readonly Error?: string
}

function parsed(text: string): Downloaded {
  try {
    return JSON.parse(text) as Downloaded
  } catch {
    return {}
  }
}
