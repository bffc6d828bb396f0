/** Networks, as a list of CIDR blocks and addresses. */

import { z } from 'zod'
import { parseNetwork } from '../core/network.ts'
import { parsedBy } from './written.ts'

/** One text with commas, or in a file also a list. */
export const networks = z
  .union([z.string(), z.array(z.string())], { error: 'is not a list of networks' })
  .transform(parsedBy((given) => parseNetworks([given].flat().join(','))))

function parseNetworks(text: string): readonly string[] {
  const all = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const wrong = all.find((each) => !parseNetwork(each))
  if (wrong !== undefined) throw new Error(`has ${JSON.stringify(wrong)}, which is no network`)
  return all
}
