/** What a check-up has to go by. Parts that were not collected are absent, and the checks that need them say nothing. */

import { parseProxyList, SettingError } from '@modgate/gomod/goenv'
import { fileURLToPath } from 'node:url'
import type { Machine } from '../../config/index.ts'
import type { Runner } from '../../core/ports.ts'
import { readGitSettings, type GitSettings } from '../evidence/git-settings.ts'
import { readGoEnvironment, type GoEnvironment } from '../evidence/go-environment.ts'
import type { CacheEvidence } from '../evidence/module-cache-evidence.ts'
import type { NetworkEvidence } from '../evidence/network-evidence.ts'
import { readNetrc, type Netrc } from '../evidence/netrc.ts'
import { readProject, type Project } from '../evidence/project.ts'

export interface DoctorEvidence {
  readonly go: GoEnvironment
  /** The module that it is run in. */
  readonly project?: Project
  /** Whose credentials the go command has. */
  readonly netrc?: Netrc
  /** Absent where git was not looked for. */
  readonly git?: GitSettings
  /** `file://` entries of GOPROXY whose directory is not there. Absent where that was not looked at. */
  readonly missingFolders?: readonly string[]
  /** What the module cache holds. */
  readonly cache?: CacheEvidence
  /** What the places of the chain answered: `--deep`. */
  readonly network?: NetworkEvidence
}

/** Reads what the checks of settings need, in a moment: files and git's settings. The module cache and the network come apart. */
export async function collectEvidence(machine: Machine, runner: Runner): Promise<DoctorEvidence> {
  const [go, project, netrc, git] = await Promise.all([
    readGoEnvironment(machine),
    readProject(machine),
    readNetrc(machine),
    readGitSettings(machine, runner),
  ])
  const missingFolders = await foldersNotThere(machine, go.variables.get('GOPROXY')?.value ?? '')
  return { go, git, missingFolders, ...(project && { project }), ...(netrc && { netrc }) }
}

async function foldersNotThere(machine: Machine, proxies: string): Promise<readonly string[]> {
  const missing: string[] = []
  for (const url of fileProxies(proxies)) {
    const folder = await machine.listDirectory(fileURLToPath(url)).catch(() => undefined)
    if (folder === undefined) missing.push(url)
  }
  return missing
}

function fileProxies(proxies: string): readonly string[] {
  try {
    return parseProxyList(proxies).flatMap((entry) =>
      entry.kind === 'proxy' && /^file:/i.test(entry.url) && URL.canParse(entry.url) ? [entry.url] : [],
    )
  } catch (error) {
    if (error instanceof SettingError) return []
    throw error
  }
}
