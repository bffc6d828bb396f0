/**
 * Chains that take turns - A B C, A B C - since a noisy minute should hit all alike, and each is held against its neighbours of the same
 * minute.
 */

import type { ProxyEntry } from '@modgate/gomod/goenv'
import { chainTurn, type Turn, type TurnOptions } from './chain-turn.ts'

export interface NamedChain {
  readonly name: string
  readonly list: readonly ProxyEntry[]
}

/** The turns of one chain, in the order of the rounds. Fewer than rounds where nothing was answered: then it is not asked again. */
export interface ChainTurns {
  readonly name: string
  readonly turns: readonly Turn[]
}

/** Runs the rounds. Throws the signal's reason. */
export async function chainRounds(
  chains: readonly NamedChain[],
  rounds: number,
  options: TurnOptions,
): Promise<readonly ChainTurns[]> {
  const all = chains.map(({ name, list }) => ({ name, list, turns: [] as Turn[] }))
  for (let round = 0; round < rounds; round++) {
    for (const { list, turns } of all) {
      if (turns.length === round && !turns.some(isFruitless)) turns.push(await chainTurn(list, options))
    }
  }
  return all.map(({ name, turns }) => ({ name, turns }))
}

function isFruitless({ files }: Turn): boolean {
  return files.every(({ failure }) => failure !== undefined)
}
