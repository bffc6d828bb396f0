import * as semver from '@modgate/gomod/semver'
import { differential } from './compare.ts'
import type { Random } from './random.ts'

const pieces = [
  'v',
  '0',
  '1',
  '2',
  '10',
  '.',
  '.',
  '-',
  '+',
  'a',
  'Z',
  'pre',
  'incompatible',
  'é',
  '00',
  'v1.2.3',
  'v1',
  ' ',
  '\uffff',
  '\u{10000}',
]
const identifiers = ['0', '1', '11', 'a', 'A', '.', '-', '00', '0a', '9007199254740993', '9007199254740992'] // prettier-ignore

/** Anything, or what is nearly a version, so that both refusals and comparisons deep inside of a version occur. */
function version(random: Random): string {
  if (random.once(3)) return random.join(pieces, 7)
  const numbers = () => random.pick(['0', '1', '2', '10', '18446744073709551616'])
  const suffix = (mark: string) => (random.once(3) ? mark + random.join(identifiers, 4) : '')
  return `v${numbers()}.${numbers()}.${numbers()}${suffix('-')}${suffix('+')}`
}

differential('semver says of versions what Go says', async ({ random, agree }) => {
  const inputs = random.times(4000, () => [version(random)] as const)
  for (const name of ['isValid', 'canonical', 'major', 'majorMinor', 'prerelease', 'build'] as const) {
    await agree({ op: `semver.${name}`, inputs, ours: semver[name] })
  }
})

differential('semver orders versions as Go does', async ({ random, agree }) => {
  const inputs = random.times(10_000, () => [version(random), version(random)] as const)
  await agree({ op: 'semver.compare', inputs, ours: semver.compare })
  await agree({ op: 'semver.max', inputs, ours: semver.max })
  const lists = random.times(500, () => [Array.from({ length: random.below(20) }, () => version(random))] as const)
  await agree({ op: 'semver.sort', inputs: lists, ours: semver.sort })
})
