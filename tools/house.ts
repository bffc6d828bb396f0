import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser'

// The house (docs/architecture.md): folders in the order in which data flows, lowest first.
// An import may only point to a lower rank or stay in its own room. A rule here fails the build.

const gomod = [
  'semver',
  'txtar',
  'module',
  'note',
  'goenv',
  'proxy',
  'modfile',
  'zip',
  'dirhash',
  'tlog',
  'sumdb',
  'mvs',
  'constraint',
  'imports',
  'embed',
]
const modgate = [
  'core',
  'config',
  'telemetry',
  'policy',
  'store',
  'source',
  'layer',
  'gateway',
  'inspect',
  'modload',
  'modcache',
  'trace',
  'timing',
  'packages',
  'bundle',
  'canary',
  'report',
  'web',
  'http',
  'cli',
]

/** One rule a room: nothing in `rooms[i]` imports a room of `rooms[i+1..]`. */
const ranks = (workspace: string, rooms: readonly string[]): IForbiddenRuleType[] =>
  rooms.slice(0, -1).map((room, rank) => ({
    name: `rank-${workspace}-${room}`,
    comment: `${room} stands below what it imports here`,
    severity: 'error',
    from: { path: `^packages/${workspace}/src/${room}/` },
    to: { path: `^packages/${workspace}/src/(${rooms.slice(rank + 1).join('|')})/` },
  }))

export const forbidden: IForbiddenRuleType[] = [
  ...ranks('gomod', gomod),
  ...ranks('modgate', modgate),
  {
    name: 'gomod-is-pure',
    comment: 'the rules of Go modules import themselves and pure computation only: no I/O, no dependency',
    severity: 'error',
    from: { path: '^packages/gomod/src/', pathNot: '[.]test[.]ts$' },
    to: { pathNot: ['^packages/gomod/src/', '^(node:)?(crypto|zlib)$'] },
  },
  {
    name: 'telemetry-owns-its-libraries',
    severity: 'error',
    from: { path: '^packages/modgate/src/', pathNot: '^packages/modgate/src/telemetry/' },
    to: { path: 'node_modules/(pino|pino-pretty|@opentelemetry)/' },
  },
  {
    name: 'only-the-command-line-reads-flags',
    severity: 'error',
    from: { path: '^packages/modgate/src/', pathNot: '^packages/modgate/src/cli/' },
    to: { path: 'node_modules/@stricli/' },
  },
  {
    name: 'product-imports-no-tests',
    severity: 'error',
    from: { path: '^packages/', pathNot: '[.]test[.]ts$' },
    to: { path: ['^test/', '^bench/', '^tools/', '[.]test[.]ts$'] },
  },
  { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
  { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
]

export const options: ICruiseOptions = {
  doNotFollow: { path: 'node_modules' },
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['modgate-source', 'import', 'node', 'default'],
    extensions: ['.ts', '.js', '.mjs', '.json'],
  },
}
