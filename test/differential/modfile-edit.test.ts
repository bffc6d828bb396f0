import * as modfile from '@modgate/gomod/modfile'
import { type Difference, differential } from './compare.ts'
import { soundFile, versionFor } from './mod-texts.ts'
import type { Random } from './random.ts'

/** The name of an edit and its arguments; requirements are path, version and "indirect" or "direct", over and over. */
type Edit = readonly [name: string, ...args: string[]]
type Input = readonly [data: Uint8Array, edits: readonly Edit[]]

const editModule: Readonly<Record<string, (file: modfile.ModFile, ...args: string[]) => void>> = {
  addModuleStmt: (file, path = '') => modfile.addModuleStmt(file, path),
  addGoStmt: (file, version = '') => modfile.addGoStmt(file, version),
  addToolchainStmt: (file, name = '') => modfile.addToolchainStmt(file, name),
  addRequire: (file, path = '', version = '') => modfile.addRequire(file, path, version),
  addNewRequire: (file, ...args) => modfile.addNewRequire(file, requirements(args)[0]!),
  dropRequire: (file, path = '') => modfile.dropRequire(file, path),
  setRequire: (file, ...args) => modfile.setRequire(file, requirements(args)),
  setRequireSeparateIndirect: (file, ...args) => modfile.setRequireSeparateIndirect(file, requirements(args)),
  setRequireAtMostTwo: (file, ...args) => modfile.setRequireAtMostTwo(file, requirements(args)),
  addExclude: (file, path = '', version = '') => modfile.addExclude(file, path, version),
  dropExclude: (file, path = '', version = '') => modfile.dropExclude(file, path, version),
  addRetract: (file, low = '', high = '', why = '') => modfile.addRetract(file, { low, high }, why),
  dropRetract: (file, low = '', high = '') => modfile.dropRetract(file, { low, high }),
  addTool: (file, path = '') => modfile.addTool(file, path),
  dropTool: (file, path = '') => modfile.dropTool(file, path),
  addIgnore: (file, path = '') => modfile.addIgnore(file, path),
  dropIgnore: (file, path = '') => modfile.dropIgnore(file, path),
}

const editWork: Readonly<Record<string, (file: modfile.WorkFile, ...args: string[]) => void>> = {
  addGoStmt: (file, version = '') => modfile.addWorkGoStmt(file, version),
  addToolchainStmt: (file, name = '') => modfile.addWorkToolchainStmt(file, name),
  addUse: (file, path = '', modulePath = '') => modfile.addUse(file, path, modulePath),
  dropUse: (file, path = '') => modfile.dropUse(file, path),
  setUse: (file, ...paths) => modfile.setUse(
    file,
    paths.map((path) => ({ path })),
  ), // prettier-ignore
}

const editCommon: Readonly<Record<string, (file: modfile.ModFile | modfile.WorkFile, ...args: string[]) => void>> = {
  dropGoStmt: (file) => modfile.dropGoStmt(file),
  dropToolchainStmt: (file) => modfile.dropToolchainStmt(file),
  addGodebug: (file, key = '', value = '') => modfile.addGodebug(file, key, value),
  dropGodebug: (file, key = '') => modfile.dropGodebug(file, key),
  addReplace: (file, path = '', version = '', newPath = '', newVersion = '') =>
    modfile.addReplace(file, { path, version }, { path: newPath, version: newVersion }),
  dropReplace: (file, path = '', version = '') => modfile.dropReplace(file, { path, version }),
  addComment: (file, text = '') => modfile.addComment(file, text),
  sortBlocks: (file) => modfile.sortBlocks(file),
  cleanup: (file) => modfile.cleanup(file),
}

function requirements(args: readonly string[]): modfile.Requirement[] {
  const [path = '', version = '', kind, ...rest] = args
  return args.length === 0 ? [] : [{ path, version, indirect: kind === 'indirect' }, ...requirements(rest)]
}

/** Applies edits one after the other and answers the places of those that were refused. */
function apply(edits: readonly Edit[], edit: (name: string, args: readonly string[]) => void): number[] {
  return edits.flatMap(([name, ...args], index) => {
    try {
      edit(name, args)
      return []
    } catch (error) {
      if (error instanceof modfile.ErrorList) return [index]
      throw error
    }
  })
}

const paths = ['example.com/a', 'example.com/b', 'example.com/a/v2', 'gopkg.in/yaml.v2', 'new.org/n', 'q q.org/x']

function anyRequirements(random: Random): string[] {
  const chosen = paths.filter(() => random.once(2))
  return chosen.flatMap((path) => [path, versionFor(random, path), random.pick(['indirect', 'direct'])])
}

function modEdit(random: Random): Edit {
  const path = random.pick(paths)
  const version = versionFor(random, path)
  return random.pick<Edit>([
    ['addModuleStmt', path],
    ['addRequire', path, version],
    ['addNewRequire', path, version, random.pick(['indirect', 'direct'])],
    ['dropRequire', path],
    ['setRequire', ...anyRequirements(random)],
    ['setRequireSeparateIndirect', ...anyRequirements(random)],
    ['setRequireAtMostTwo', ...anyRequirements(random)],
    ['addExclude', path, random.pick([version, 'v1', 'v3.0.0'])],
    ['dropExclude', path, version],
    ['addRetract', 'v1.0.0', random.pick(['v1.0.0', 'v1.2.0', 'v1', 'v4.0.0']), random.pick(['', 'why', 'a\nb'])],
    ['dropRetract', 'v1.0.0', 'v1.1.0'],
    ['addTool', random.pick(['a.org/t', 'c.org/t'])],
    ['dropTool', 'a.org/t'],
    ['addIgnore', random.pick(['./x', './q'])],
    ['dropIgnore', './x'],
    ['addComment', '// hello'],
    ...Array.from({ length: 6 }, () => commonEdit(random)),
  ])
}

function workEdit(random: Random): Edit {
  const use = () => random.pick(['./x', './y', './n n', '../z'])
  return random.pick<Edit>([
    ['addUse', use(), random.pick(['', 'example.com/m'])],
    ['dropUse', use()],
    // Directories of their own: x/mod adds a second line for those that a file uses already, ours does not.
    ['setUse', `./${random.below(2 ** 32)}`, `./n ${random.below(2 ** 32)}`],
    commonEdit(random),
    commonEdit(random),
  ])
}

function commonEdit(random: Random): Edit {
  const path = random.pick(paths)
  const version = random.once(2) ? '' : versionFor(random, path)
  return random.pick<Edit>([
    ['addGoStmt', random.pick(['1.21', '1.30.1', 'x', '1.20'])],
    ['addToolchainStmt', random.pick(['go1.9', 'default', 'zzz'])],
    ['dropGoStmt'],
    ['dropToolchainStmt'],
    [
      'addReplace',
      path,
      version,
      ...random.pick([
        ['fork.org/x', 'v1.0.0'],
        ['../d e', ''],
      ]),
    ],
    ['dropReplace', path, version],
    ['addGodebug', random.pick(['a', 'n']), 'v'],
    ['dropGodebug', 'a'],
    ['sortBlocks'],
    ['cleanup'],
  ])
}

/** The edits that drop lines, some of them only those that say a thing twice. */
const dropping = /^(drop|set|addReplace|addUse|addRequire|addGodebug)/

/** Go keeps a dropped directive as an empty one until Cleanup, and trips over it in the next edit; ours forgets it at once. */
const differences: readonly Difference<Input>[] = [
  {
    why: 'x/mod panics after a drop, ours goes on',
    holds: ({ args: [, edits], ours, go }) =>
      'value' in ours && 'error' in go && go.error.panic === true && edits.some(([name]) => dropping.test(name)),
  },
  {
    why: 'x/mod goes on to know the version of a replacement that no longer has one',
    holds: ({ args: [, edits], ours, go }) =>
      'value' in ours && 'value' in go && edits.some((edit, index) => loosens(edit, edits.slice(index + 1))),
  },
]

/** Replaces all versions of a module, after which another edit replaces one of them or drops that. */
function loosens([name, path, version]: Edit, later: readonly Edit[]): boolean {
  return name === 'addReplace' && version === '' && later.some((edit) => /Replace$/.test(edit[0]) && edit[1] === path)
}

differential('modfile edits go.mod files as Go does', async ({ random, agree }) => {
  await agree({
    op: 'modfile.edit',
    inputs: random.times(6000, (): Input => [soundFile(random, 'mod'), random.some(6, () => modEdit(random))]),
    ours: (data, edits) => {
      const file = modfile.parse('go.mod', data)
      const refused = apply(edits, (name, args) => (editModule[name] ?? editCommon[name]!)(file, ...args))
      modfile.cleanup(file)
      return { refused, formatted: modfile.formatBytes(file.syntax) }
    },
    refusal: modfile.ErrorList,
    differences,
  })
})

differential('modfile edits go.work files as Go does', async ({ random, agree }) => {
  await agree({
    op: 'modfile.editWork',
    inputs: random.times(3000, (): Input => [soundFile(random, 'work'), random.some(6, () => workEdit(random))]),
    ours: (data, edits) => {
      const file = modfile.parseWork('go.work', data)
      const refused = apply(edits, (name, args) => (editWork[name] ?? editCommon[name]!)(file, ...args))
      modfile.cleanup(file)
      return { refused, formatted: modfile.formatBytes(file.syntax) }
    },
    refusal: modfile.ErrorList,
    differences,
  })
})
