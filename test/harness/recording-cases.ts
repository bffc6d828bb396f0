/** Settings, modules and misbehaving places, made at random: what the planner and the real go are both asked about. */

import fc from 'fast-check'
import type { PlaceAnswer } from '../../packages/modgate/src/policy/requests.ts'

export interface Settings {
  /** With `{p1}` … for the places and `{gone}` for an address where nobody is. */
  readonly GOPROXY: string
  readonly GOPRIVATE: string
  readonly GONOPROXY: string
  readonly GONOSUMDB: string
  /** With `{key}` for the test database's key and `{database}` for its URL. */
  readonly GOSUMDB: string
  readonly GOINSECURE: string
  readonly GOVCS: string
}

export type FileAnswers = Readonly<Record<'info' | 'mod' | 'zip', PlaceAnswer>>

export interface Behaviour {
  readonly supported: PlaceAnswer
  readonly lookup: PlaceAnswer
  /** By the index of the module, and again from the front. */
  readonly content: readonly FileAnswers[]
}

/** One run of go: many modules under the same settings. */
export interface PlannerCase {
  readonly settings: Settings
  readonly modules: readonly string[]
  readonly places: Readonly<Record<'p1' | 'p2' | 'p3' | 'database', Behaviour>>
}

/** Related enough that a pattern hits some of them and not the others. Each has the version of `versionOf`. */
export const modulePaths = [
  'corp.test',
  'corp.test/internal',
  'corp.test/team/lib',
  'git.corp.test/v2',
  'git.corp.test/team-a/x',
  'git.corp.test/team-b/x/v3',
  'git.corp.test/Team-A/x',
  'git.api.corp.test/foo',
  'notcorp.test/x',
  'api.internal/x',
  'git.sub.internal/x',
  'example.test/pub',
  'example.test/pub/sub',
  'example.test/~odd/m.v',
  'github.com/myorg/lib',
  'github.com/MyOrg/lib',
  'github.com/other/lib',
  'golang.org/toolchain',
] as const

/** The one version that there is of a module. */
export function versionOf(module: string): string {
  if (module === 'golang.org/toolchain') return 'v0.0.1-go1.99.0.linux-amd64'
  return /\/v[23]$/.test(module) ? `${module.slice(-2)}.1.0` : 'v1.0.0'
}

const often = <T>(value: T, weight: number) => ({ weight, arbitrary: fc.constant(value) })

const separator = fc.constantFrom(',', ',', '|', ' , ', '| ', ',,', '|,')

const usualEntry = fc.constantFrom('{p1}', '{p2}', '{p3}', '{p1}/', '{p2}/base', '{gone}')

const oddList = fc.constantFrom(
  ...['off', 'direct', ' direct ', ',', ' ', '|,', 'DIRECT', 'none', 'localhost', 'ftp://a.example', 'a b', 'off,none'],
  ...['{p1};{p2}', '{p1} {p2}', '{p1},none', 'direct,none', ',off', '{p1},off,{p2}', 'file:///nonexistent/modgate'],
  ...['file:///nonexistent/modgate,{p1}', 'file://host/x', 'http://user:secret@127.0.0.1:1', '{p1},DIRECT'],
)

const usualList = fc
  .tuple(
    fc.array(fc.tuple(usualEntry, separator), { minLength: 1, maxLength: 3 }),
    fc.oneof(often('', 2), often('direct', 3), often('off', 1)),
  )
  .map(([pairs, end]) => {
    const text = pairs.map(([entry, between]) => entry + between).join('') + end
    return end === '' && !text.endsWith('|') ? text.replace(/[,| ]+$/, '') : text
  })

/** Patterns of the table in the reference of settings, and globs made of the same material. */
const pattern = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['*.corp.test', 'corp.test/*', 'corp.test', 'corp.test/', '*.corp.test/*', '*corp.test', '**.corp.test'],
      ...['.corp.test', '/corp.test', ' corp.test', 'https://corp.test', 'CORP.TEST', '!corp.test', 'none', 'direct'],
      ...[
        'git.corp.test/team-*',
        '*.internal',
        '*',
        '*/*',
        'github.com/myorg',
        'github.com/*',
        '[',
        'git.corp.test/[a-',
      ],
      ...['git.corp.test/[^T]*', 'golang.org', 'golang.org/toolchain', 'example.test/pub', 'example.test/?ub', '\\*'],
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(
        fc.constantFrom('*', '?', 'git', 'corp', '.test', '.', '/', 'team', '-[ab]', '[^x]', 'x', 'v2', '[a', '\\c'),
        {
          minLength: 1,
          maxLength: 6,
        },
      )
      .map((parts) => parts.join('')),
  },
)

const patterns = fc.oneof(
  often('', 4),
  { weight: 4, arbitrary: fc.array(pattern, { minLength: 1, maxLength: 3 }).map((list) => list.join(',')) },
  { weight: 1, arbitrary: fc.array(pattern, { minLength: 1, maxLength: 2 }).map((list) => `,${list.join(', ')},`) },
)

const goSumdb = fc.oneof(
  often('{key}', 6),
  often('off', 2),
  often('{key} {database}', 2),
  often('{key} {database}/', 1),
  often('sum.golang.org', 1),
  often('sum.golang.google.cn', 1),
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'sum.golang.org+insecure',
      '{key} {database} more',
      'OFF',
      '{key}x',
      ' ',
      '{key} ://x',
      'a+b+c',
    ),
  },
)

const goVcs = fc.oneof(often('', 4), {
  weight: 1,
  arbitrary: fc.constantFrom(
    ...[
      '*:off',
      'public:off',
      'private:off',
      'github.com/myorg:hg',
      'github.com:git|hg,*:off',
      'private:git,public:hg',
    ],
    ...['foo', 'a:git,', 'a:git,a:hg', './a:git', 'github.com:all', ' public : off | git '],
  ),
})

const settings: fc.Arbitrary<Settings> = fc.record({
  GOPROXY: fc.oneof({ weight: 5, arbitrary: usualList }, { weight: 1, arbitrary: oddList }),
  GOPRIVATE: patterns,
  GONOPROXY: fc.oneof(often('', 2), { weight: 1, arbitrary: patterns }),
  GONOSUMDB: fc.oneof(often('', 2), { weight: 1, arbitrary: patterns }),
  GOSUMDB: goSumdb,
  GOVCS: goVcs,
  GOINSECURE: fc.oneof(often('', 3), { weight: 1, arbitrary: patterns }),
})

const absence = fc.constantFrom<PlaceAnswer>(404, 410)
const failure = fc.constantFrom<PlaceAnswer>(403, 500, 401, 429, 503, 204, 'cut')

const answerTo = (...more: PlaceAnswer[]) =>
  fc.oneof(
    often<PlaceAnswer>('ok', 12),
    { weight: 1, arbitrary: absence },
    { weight: 1, arbitrary: failure },
    { weight: 1, arbitrary: fc.constantFrom<PlaceAnswer>('ok', ...more) },
  )

const whole = (answer: PlaceAnswer): FileAnswers => ({ info: answer, mod: answer, zip: answer })

const content: fc.Arbitrary<FileAnswers> = fc.oneof(
  often(whole('ok'), 4),
  { weight: 3, arbitrary: absence.map(whole) },
  { weight: 2, arbitrary: failure.map(whole) },
  {
    weight: 4,
    arbitrary: fc.record({
      info: answerTo('damaged'),
      mod: answerTo('tampered', 'damaged'),
      zip: answerTo('damaged', 'tampered'),
    }),
  },
)

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  supported: fc.oneof(
    often<PlaceAnswer>('ok', 5),
    { weight: 3, arbitrary: absence },
    { weight: 1, arbitrary: failure },
  ),
  lookup: fc.oneof(
    often<PlaceAnswer>('ok', 8),
    { weight: 1, arbitrary: fc.oneof(absence, failure) },
    often<PlaceAnswer>('damaged', 1),
  ),
  content: fc.array(content, { minLength: 5, maxLength: 9 }),
})

/** Cases of `size` modules. */
export function plannerCases(size: number): fc.Arbitrary<PlannerCase> {
  return fc.record({
    settings,
    modules: fc.shuffledSubarray([...modulePaths], { minLength: size, maxLength: size }),
    places: fc.record({ p1: behaviour, p2: behaviour, p3: behaviour, database: behaviour }),
  })
}
