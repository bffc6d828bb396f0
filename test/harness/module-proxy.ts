import { join } from 'node:path'
import { hashGoMod } from '@modgate/gomod/dirhash'
import { escapePath } from '@modgate/gomod/module'
import { parse } from '@modgate/gomod/txtar'
import { mkdir, writeFile } from 'node:fs/promises'
import { hash1, storedZip } from './zip.ts'

/** A project, and the module versions that a proxy has for it, out of one text archive. */
export interface ProxiedProject {
  readonly comment: string
  /** Files of the project, with a go.sum that knows every module version. */
  readonly files: Readonly<Record<string, string>>
  readonly modules: readonly ProxiedModule[]
}

export interface ProxiedModule {
  readonly path: string
  readonly version: string
  readonly files: Readonly<Record<string, string>>
}

/** Reads a project. Files named `modules/PATH@VERSION/NAME` are of the proxy; all others are the project's. */
export function proxiedProject(text: string): ProxiedProject {
  const archive = parse(text)
  const files: Record<string, string> = {}
  const modules = new Map<string, Record<string, string>>()
  for (const { name, data } of archive.files) {
    const [, module, file] = /^modules\/([^@]+@[^/]+)\/(.+)$/.exec(name) ?? []
    if (module === undefined) files[name] = data
    else modules.set(module, { ...modules.get(module), [file!]: data })
  }
  const proxied = [...modules].map(([name, own]) => {
    const [path = '', version = ''] = name.split('@')
    return { path, version, files: own }
  })
  const sums = proxied.flatMap(sumLines).join('')
  for (const name of Object.keys(files)) {
    if (!/(^|\/)go\.(mod|work)$/.test(name)) continue
    const sumFile = name.endsWith('work') ? `${name}.sum` : name.replace(/mod$/, 'sum')
    files[sumFile] ??= sums
  }
  return { comment: archive.comment.trim(), files, modules: proxied }
}

/** Writes the module versions as a proxy's files: `file://DIRECTORY` serves them. */
export async function writeProxy(directory: string, modules: readonly ProxiedModule[]): Promise<void> {
  for (const module of modules) {
    const folder = join(directory, escapePath(module.path), '@v')
    await mkdir(folder, { recursive: true })
    const base = join(folder, module.version)
    await writeFile(`${base}.mod`, goModOf(module))
    await writeFile(`${base}.info`, JSON.stringify({ Version: module.version, Time: '2021-03-01T10:00:00Z' }))
    await writeFile(`${base}.zip`, storedZip(entriesOf(module)))
  }
  for (const [path, own] of Map.groupBy(modules, (module) => module.path)) {
    const list = own.map(({ version }) => `${version}\n`).join('')
    await writeFile(join(directory, escapePath(path), '@v', 'list'), list)
  }
}

function sumLines(module: ProxiedModule): readonly string[] {
  const { path, version } = module
  return [
    `${path} ${version} ${hash1(entriesOf(module))}\n`,
    `${path} ${version}/go.mod ${hashGoMod(goModOf(module))}\n`,
  ]
}

function goModOf({ path, files }: ProxiedModule): string {
  return files['go.mod'] ?? `module ${path}\n`
}

function entriesOf({ path, version, files }: ProxiedModule) {
  return Object.entries(files).map(([name, data]) => ({ name: `${path}@${version}/${name}`, data: Buffer.from(data) }))
}
