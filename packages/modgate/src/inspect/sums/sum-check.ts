/** Every hash that is to be verified, before every witness. */

import { eachOf } from '../../core/each-of.ts'
import type { Sum, SumModule } from './sum-module.ts'
import type { Testimony, Witness } from './sum-witness.ts'

export interface CheckedSum extends Sum {
  readonly path: string
  readonly version: string
  /** What each witness says, in their order. */
  readonly testimonies: readonly Testimony[]
}

export interface CheckOptions {
  readonly witnesses: readonly Witness[]
  /** Module versions that are asked about at the same time. */
  readonly width: number
  /** Told of each module version when all witnesses have spoken. */
  readonly onChecked?: () => void
}

/** The sums in their order, with what the witnesses say. */
export async function checkSums(
  modules: readonly SumModule[],
  { witnesses, width, onChecked }: CheckOptions,
): Promise<readonly CheckedSum[]> {
  const checked = new Map<SumModule, readonly CheckedSum[]>()
  await eachOf(modules, width, async (module) => {
    const said = await Promise.all(witnesses.map((witness) => witness.testify(module)))
    const { path, version } = module
    checked.set(
      module,
      module.sums.map((sum, i) => ({ ...sum, path, version, testimonies: said.map((answers) => answers[i]!) })),
    )
    onChecked?.()
  })
  return modules.flatMap((module) => checked.get(module)!)
}

/** Somebody vouches for it, and nobody who was asked does not. */
export function isVerified({ testimonies }: CheckedSum): boolean {
  const asked = testimonies.filter(({ kind }) => kind !== 'unasked')
  return asked.length > 0 && asked.every(({ kind }) => kind === 'verified')
}
