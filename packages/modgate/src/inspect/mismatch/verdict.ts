/**
 * Which of the hashes of a module version is the wrong one, and what that means. The checksum database is believed where it speaks,
 * since it cannot tell one client something else than another; else go.sum, since it was there first.
 */

import { isZipRules, type FileDifference } from './file-difference.ts'
import { h1Of, type Testimony, type WitnessKind } from './testimony.ts'

export type MismatchClass =
  | 'agreement'
  | 'too-little'
  | 'damaged-cache'
  | 'edited-directory'
  | 'foreign-cache'
  | 'edited-go-sum'
  | 'zip-rules'
  | 'moved-tag'
  | 'lying-proxy'
  | 'two-sources'

export interface Verdict {
  readonly class: MismatchClass
  /** Which of the two hashes it is about. */
  readonly of: 'zip' | 'go.mod'
  /** The hash that is believed, where one is. */
  readonly believed?: string
  /** Those that say something else. */
  readonly suspects: readonly Testimony[]
}

/** A hash by place, for one of the two files. */
interface Said {
  readonly testimony: Testimony
  readonly h1: string
}

/**
 * The verdict over the zip, or over go.mod where the zips agree. `difference` compares the believed archive with the suspect's, where
 * both are at hand.
 */
export function judge(testimonies: readonly Testimony[], difference?: FileDifference): Verdict {
  const zip = judgeOne(testimonies, 'zip', difference)
  if (zip.class !== 'agreement' && zip.class !== 'too-little') return zip
  const goMod = judgeOne(testimonies, 'go.mod')
  return goMod.class === 'agreement' || goMod.class === 'too-little' ? zip : goMod
}

function judgeOne(testimonies: readonly Testimony[], of: Verdict['of'], difference?: FileDifference): Verdict {
  const said = testimonies.flatMap((testimony): Said[] => {
    const heard = of === 'zip' ? testimony.zip : testimony.goMod
    // What a proxy gives and is no module zip is another answer than what is believed.
    const h1 = heard.kind === 'damaged' ? heard.why : h1Of(heard)
    return h1 === undefined ? [] : [{ testimony, h1 }]
  })
  const broken = testimonies.filter(({ witness, zip }) => of === 'zip' && witness === 'cache' && zip.kind === 'damaged')
  if (broken.length > 0) return { class: 'damaged-cache', of, suspects: broken }
  if (said.length < 2) return { class: 'too-little', of, suspects: [] }
  const believed = believedOf(said)
  const others = said.filter(({ h1 }) => h1 !== believed)
  if (others.length === 0) return { class: 'agreement', of, believed, suspects: [] }
  const suspects = others.map(({ testimony }) => testimony)
  return { class: classOf({ said, believed, difference }), of, believed, suspects }
}

function believedOf(said: readonly Said[]): string {
  const first = (kind: WitnessKind) => said.find(({ testimony }) => testimony.witness === kind)?.h1
  return first('database') ?? first('go.sum') ?? first('proxy') ?? said[0]!.h1
}

interface Case {
  readonly said: readonly Said[]
  readonly believed: string
  readonly difference: FileDifference | undefined
}

/** What is nearest to this machine is ruled out first: it is the most frequent cause, and the cheapest to mend. */
function classOf({ said, believed, difference }: Case): MismatchClass {
  const of = (kind: WitnessKind) => said.filter(({ testimony }) => testimony.witness === kind)
  const differs = (kind: WitnessKind) => of(kind).some(({ h1 }) => h1 !== believed)
  const agrees = (kind: WitnessKind) => of(kind).some(({ h1 }) => h1 === believed)
  const [cache, stored] = [of('cache')[0]?.h1, of('ziphash')[0]?.h1]
  if (cache !== undefined && stored !== undefined && cache !== stored) return 'damaged-cache'
  if (difference && isZipRules(difference)) return 'zip-rules'
  if (differs('origin') && (agrees('proxy') || agrees('database') || agrees('go.sum'))) return 'moved-tag'
  if (differs('proxy')) return agrees('database') || agrees('origin') || agrees('proxy') ? 'lying-proxy' : 'two-sources'
  if (differs('go.sum')) return 'edited-go-sum'
  if (differs('cache') || differs('ziphash')) return 'foreign-cache'
  return 'edited-directory'
}
