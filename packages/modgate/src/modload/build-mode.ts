/** How go.mod and the vendor directory are used: the -mod flag (https://go.dev/ref/mod#build-commands). */

import { compareGoVersions } from '@modgate/gomod/mvs'
import { pathsOf, type Machine } from '../config/machine.ts'
import { Failure } from '../core/failure.ts'
import type { MainProject } from './main-project.ts'

export type BuildMode = 'readonly' | 'mod' | 'vendor'

export const buildModes = ['readonly', 'mod', 'vendor'] as const satisfies readonly BuildMode[]

export interface ChosenMode {
  readonly mode: BuildMode
  /** Somebody said so, in a flag or in GOFLAGS. */
  readonly isExplicit: boolean
}

const vendorsByItself = '1.14'

/**
 * The mode that counts: the flag's, else `vendor` where there is a vendor directory that the go command would use by itself, else
 * `readonly`. Throws a Failure `configuration` for a flag that is no mode, or none for a workspace.
 */
export async function buildMode(machine: Machine, project: MainProject, flag: string | undefined): Promise<ChosenMode> {
  if (flag !== undefined && flag !== '') return { mode: checked(flag, project), isExplicit: true }
  return { mode: (await isVendored(machine, project)) ? 'vendor' : 'readonly', isExplicit: false }
}

function checked(flag: string, { mains }: MainProject): BuildMode {
  const mode = buildModes.find((known) => known === flag)
  const refuse = (why: string, next: string) =>
    new Failure('configuration', { asked: `-mod=${flag}`, who: 'modgate', why, next })
  if (mode === undefined) throw refuse('it is no mode', `use ${buildModes.join(', ')}`)
  if (mode === 'mod' && mains.work !== undefined)
    throw refuse('a workspace can only be readonly or vendor', 'leave it out, or set GOWORK=off')
  return mode
}

async function isVendored(machine: Machine, { mains, base }: MainProject): Promise<boolean> {
  const goVersion = mains.work === undefined ? mains.modules[0]?.file.go?.version : mains.work.go?.version
  if (goVersion === undefined || compareGoVersions(goVersion, vendorsByItself) < 0) return false
  const vendor = pathsOf(machine).join(base, 'vendor')
  const isThere = await machine.listDirectory(vendor).then(
    (items) => items !== undefined,
    () => false,
  )
  if (!isThere) return false
  const list = (await machine.readFile(pathsOf(machine).join(vendor, 'modules.txt')).catch(() => undefined)) ?? ''
  return isForWorkspace(list) === (mains.work !== undefined)
}

/** The first line of `modules.txt` says whether it was written for a workspace. */
function isForWorkspace(list: string): boolean {
  const [first = ''] = list.split('\n', 1)
  return (
    first.startsWith('## ') &&
    first
      .slice(3)
      .split(';')
      .some((word) => word.trim() === 'workspace')
  )
}
