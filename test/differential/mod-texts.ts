import type { Random } from './random.ts'

/**
 * Texts of go.mod and go.work files by chance, of two kinds: `anyFile` is mostly wrong somewhere, `soundFile` can be parsed and has
 * what edits and blocks have to do with: comments, duplicates, mixed requirements.
 */

const anyPaths = ['example.com/a', 'example.com/b', 'example.com/a/v2', 'gopkg.in/yaml.v2', 'gopkg.in/x', 'github.com/x/y', '"example.com/q"', '"a b"', '`raw`', "'x'", 'z', 'example.com/a/v1', '"ex\\u00e9"', '"\\xff\\x41"', 'é/ü', 'a@b', '"a\\\nb"', '"', '../dir', './x', '/abs', '.\\win', 'C:/x', '..', 'constructor', '__proto__'] // prettier-ignore
const anyVersions = ['v1.0.0', 'v1.2.3', 'v2.0.0', 'v2.1.0', 'v2.0.0+incompatible', 'v1.0', 'v0.0.0-20200101000000-abcdefabcdef', 'missing', 'refused', 'master', '"v1.2.3"', '"v9"', 'v1.2.3+meta', 'v1.10.0', 'v1.9.0', '""', 'v1.0.0-pre'] // prettier-ignore
const anyComments = ['', '', '', ' // indirect', ' //indirect', ' // indirect; more', ' // c', ' //', ' // Deprecated: x <y> & z', ' // é', ' // trailing  \t', ' //indirect;', ' // indirect;x', ' //a//b'] // prettier-ignore
const anyLineEnds = ['\n', '\n', '\n', '\n', '\r\n', '\n\n', '\n\n\n', '\n// line\n', '\n\n// block\n\n', '\n//Deprecated: gone\n// more\n//\n// other\n'] // prettier-ignore

/** What damage to such files puts in. */
export const marks = ['//', '/*', '"', '`', '\\', '(', ')', '[', ']', ',', '\n', '\r', ' ', '\t', '=>', '\0', '\u2028', '\ufeff', '\u00a0', '\u0085', 'é', '😀', '\f', '<&>', 'v1', '{', '}', '\\\n'] // prettier-ignore

type Arguments = Readonly<Record<string, (random: Random) => string>>

const anyArguments: Arguments = {
  module: (random) => random.pick([random.pick(anyPaths), `${random.pick(anyPaths)} x`, '']),
  go: (random) => random.pick(['1.20', '1.21.0', '1.x', 'v1.20.x', '1.22rc1', '', '1', '1.020', '1.20 x', '1.20é']),
  toolchain: (random) => random.pick(['go1.21.0', 'default', 'go1', 'go2', 'x', '', 'go1.2 3', '"go1.2"', 'go1.2"']),
  godebug: (random) => random.pick(['a=b', 'a', 'a=b=c', 'a=b,c', '"a=b"', 'x=1 y', '=x', 'default=go1.21']),
  require: (random) => `${random.pick(anyPaths)} ${random.pick(anyVersions)}${random.pick(['', '', '', ' x'])}`,
  exclude: (random) => `${random.pick(anyPaths)} ${random.pick(anyVersions)}`,
  replace: anyReplace,
  retract: anyInterval,
  tool: (random) => random.pick(anyPaths),
  ignore: (random) => random.pick(['./x', ...anyPaths]),
  use: (random) => random.pick(['./x', '../y', ...anyPaths]),
  unknown: (random) => random.pick(['a b', '', 'x (y) z', '( )', '() x', '{a, b}', '[1, 2]', '( a']),
}

function anyReplace(random: Random): string {
  const side = () => random.pick(anyPaths) + (random.once(2) ? ` ${random.pick(anyVersions)}` : '')
  return random.pick([`${side()} => ${side()}`, `${side()} =>`, '=> => =>', 'x => y => z'])
}

function anyInterval(random: Random): string {
  const version = () => random.pick(anyVersions)
  const whole = [version(), `[${version()}, ${version()}]`, `[ ${version()} ,${version()} ] extra`, `[${version()}, ${version()})`] // prettier-ignore
  const cut = [`[${version()}`, '(', '[', '[v1.0.0,', '[v1.0.0, v1.1.0', '"["']
  return random.pick([...whole, ...whole, ...cut])
}

/** A file whose lines have the form of directives and are often wrong; in a quarter of them, letters beyond ASCII are no UTF-8. */
export function anyFile(random: Random): Uint8Array {
  const top = random.pick(['', '', '// top\n', '// top\n\n', '\n\n'])
  const statement = () => {
    const verb = random.pick(Object.keys(anyArguments))
    const line = () => anyArguments[verb]!(random) + random.pick(anyComments)
    if (!random.once(3)) return `${verb} ${line()}${random.pick(anyLineEnds)}`
    const lines = several(random, 4, () => `${random.pick(['\t', '', ' '])}${line()}${random.pick(anyLineEnds)}`)
    const close = random.pick([')', ')', ')', ')', ') x', '']) + random.pick(anyComments)
    return `${verb} (${random.pick(anyComments)}${random.pick(anyLineEnds)}${lines}${close}${random.pick(anyLineEnds)}`
  }
  return Buffer.from(top + several(random, 7, statement), random.once(4) ? 'latin1' : 'utf8')
}

const soundPaths = ['example.com/a', 'example.com/b', 'example.com/a/v2', 'gopkg.in/yaml.v2', 'github.com/x/y', 'z.org/é', '"q q.org/x"'] // prettier-ignore
const soundComments = ['', '', '', '', ' // indirect', ' // indirect; why', ' // note', ' //indirect', ' //']
const soundLineEnds = ['\n', '\n', '\n', '\n', '\n\n', '\n// line\n', '\n\n// block\n\n']

/** A version that may belong to the path. */
export function versionFor(random: Random, path: string): string {
  const versions = /v2$/.test(path)
    ? ['v2.0.0', 'v2.1.0-pre', 'v2.10.0']
    : ['v1.0.0', 'v1.2.3', 'v0.1.0', 'v2.0.0+incompatible', 'v1.10.0']
  return random.pick(versions)
}

const soundArguments: Arguments = {
  require: soundVersion,
  exclude: soundVersion,
  replace: (random) => {
    const path = random.pick(soundPaths)
    const version = random.once(2) ? ` ${versionFor(random, path)}` : ''
    return `${path}${version} => ${random.pick(['../d', 'fork.org/x v1.0.0'])}`
  },
  retract: (random) => random.pick(['v1.0.0', '[v1.0.0, v1.2.0]', 'v1.3.0', '[v1.0.0, v1.1.0]']),
  tool: (random) => random.pick(['a.org/t', 'b.org/t', 'a/b']),
  ignore: (random) => random.pick(['./x', './y', 'z']),
  godebug: (random) => random.pick(['a=b', 'b=c', 'a=d']),
  use: (random) => random.pick(['./x', './y', '../z']),
}

function soundVersion(random: Random): string {
  const path = random.pick(soundPaths)
  return `${path} ${versionFor(random, path)}`
}

/** A file that parses, with duplicates and comments. */
export function soundFile(random: Random, kind: 'mod' | 'work'): Uint8Array {
  const verbs = kind === 'work'
    ? ['use', 'replace', 'godebug']
    : ['require', 'require', 'require', 'exclude', 'replace', 'retract', 'tool', 'ignore', 'godebug'] // prettier-ignore
  const end = () => random.pick(soundComments) + random.pick(soundLineEnds)
  const statement = () => {
    const verb = random.pick(verbs)
    const line = () => soundArguments[verb]!(random) + end()
    return random.once(2) ? `${verb} (${end()}${several(random, 5, () => `\t${line()}`)})${end()}` : `${verb} ${line()}`
  }
  const head = [
    random.pick(['', '// top\n\n']),
    kind === 'mod' && !random.once(4) ? `module example.com/m${end()}` : '',
    random.once(3) ? '' : random.pick(['go 1.20', 'go 1.21', 'go 1.23.0']) + end(),
    random.once(3) ? `toolchain go1.23.1${random.pick(soundLineEnds)}` : '',
  ]
  return Buffer.from(head.join('') + several(random, 8, statement))
}

function several(random: Random, limit: number, make: () => string): string {
  return Array.from({ length: random.below(limit) }, make).join('')
}
