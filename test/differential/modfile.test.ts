import * as modfile from '@modgate/gomod/modfile'
import { canonicalVersion, ModuleError } from '@modgate/gomod/module'
import { type Comparison, differential } from './compare.ts'
import { anyFile, marks, soundFile } from './mod-texts.ts'
import { publishedFiles } from './published.ts'
import type { Random } from './random.ts'

type Kind = 'mod' | 'work'
type Input = readonly [data: Uint8Array, fix: boolean]

/** Go's own fixtures, what they become when a few bytes are damaged, and files by chance. */
async function files(random: Random, count: number, kind: Kind): Promise<readonly Input[]> {
  const folder = kind === 'work' ? 'modfile/testdata/work' : 'modfile/testdata'
  const published = (await publishedFiles(folder)).map(({ data }) => data)
  const text = () =>
    random.pick([
      () => random.damage(random.pick(published), 4, marks),
      () => anyFile(random),
      () => random.damage(anyFile(random), 3, marks),
      () => random.damage(soundFile(random, kind), 3, marks),
    ])()
  const made = random.times(count, (): Input => [text(), random.once(3)])
  return [...published.map((data): Input => [data, false]), ...made]
}

/** Says what the fixer of the oracle says. */
const fixer: modfile.VersionFixer = (path, version) => {
  if (version === 'missing') throw new Error('no such version')
  if (version === 'refused') throw new ModuleError({ kind: 'version', value: version, reason: 'no such version', path })
  return canonicalVersion(version) || 'v1.0.0'
}

/** Errors are compared line by line, with their columns. */
const refusals = {
  refusal: modfile.ErrorList,
  at: (error) => (error instanceof modfile.ErrorList ? error.errors : []).map(({ line, column }) => ({ line, column })),
} satisfies Partial<Comparison<Input>>

function readMod(parse: typeof modfile.parse): Comparison<Input>['ours'] {
  return (data, fix) => {
    const file = parse('go.mod', data, fix ? fixer : undefined)
    return { formatted: modfile.formatBytes(file.syntax), json: plain(modfile.toJSON(file)) }
  }
}

/** The JSON as it is printed, in which bytes that are no UTF-8 have become replacement characters. */
function plain(value: modfile.ModFileJson | modfile.WorkFileJson): unknown {
  return JSON.parse(modfile.formatJSON(value))
}

differential('modfile reads, refuses and formats go.mod files as Go does', async ({ random, agree }) => {
  const inputs = await files(random, 6000, 'mod')
  await agree({ op: 'modfile.parse', inputs, ours: readMod(modfile.parse), ...refusals })
  await agree({ op: 'modfile.parseLax', inputs, ours: readMod(modfile.parseLax), ...refusals })
})

differential('modfile reads, refuses and formats go.work files as Go does', async ({ random, agree }) => {
  await agree({
    op: 'modfile.parseWork',
    inputs: await files(random, 4000, 'work'),
    ours: (data, fix) => {
      const file = modfile.parseWork('go.work', data, fix ? fixer : undefined)
      return { formatted: modfile.formatBytes(file.syntax), json: plain(modfile.workToJSON(file)) }
    },
    ...refusals,
  })
})

differential('modfile sorts blocks and drops duplicates as Go does', async ({ random, agree }) => {
  await agree({
    op: 'modfile.sortedJSON',
    inputs: random.times(2000, () => [soundFile(random, 'mod')] as const),
    ours: (data) => {
      const file = modfile.parse('go.mod', data)
      modfile.sortBlocks(file)
      modfile.cleanup(file)
      return { formatted: modfile.formatBytes(file.syntax), json: plain(modfile.toJSON(file)) }
    },
    refusal: modfile.ErrorList,
  })
})

differential('modfile finds the module path in a broken file as Go does', async ({ random, agree }) => {
  const inputs = (await files(random, 4000, 'mod')).map(([data]) => [data] as const)
  // Bytes that are no UTF-8 are replacement characters in an answer of the oracle.
  await agree({ op: 'modfile.modulePath', inputs, ours: (data) => modfile.modulePath(data).toWellFormed() })
})

differential('modfile quotes and tells directories as Go does', async ({ random, agree }) => {
  const inputs = random.times(4000, () => [random.join([...marks, 'a', '.', '/', '..', 'C:', '\u007f', '\u00ad', '\u{e0001}'], 4)] as const) // prettier-ignore
  await agree({ op: 'modfile.autoQuote', inputs, ours: modfile.autoQuote })
  await agree({ op: 'modfile.mustQuote', inputs, ours: modfile.mustQuote })
  await agree({ op: 'modfile.isDirectoryPath', inputs, ours: modfile.isDirectoryPath })
})
