/** modgate.yaml: the values in it with their positions, and what is wrong with its form. */

import type { Document, Node, Pair } from 'yaml'
import type { Given, GivenValues } from './given.ts'
import { pathsOf, type Machine } from './machine.ts'
import { nearest } from './nearest.ts'
import { fileKey } from './setting.ts'
import { settingNames, settings, type SettingName } from './settings.ts'

/** No configuration is larger; YAML is parsed with more memory than its text has. */
const maxLength = 1024 * 1024

export interface FileValues {
  /** Absolute; undefined where no file was read. */
  readonly path?: string
  readonly values: GivenValues
  readonly problems: readonly string[]
}

/** The file that was named, else modgate.yaml of the working directory if there is one. */
export async function readConfigFile(named: Given | undefined, machine: Machine): Promise<FileValues> {
  const { resolve } = pathsOf(machine)
  const shown = named === undefined ? 'modgate.yaml' : String(named.raw)
  const path = resolve(machine.cwd, shown)
  let text: string | undefined
  try {
    text = await machine.readFile(path)
  } catch (error) {
    return { values: {}, problems: [`${shown}: cannot be read: ${(error as Error).message}`] }
  }
  if (text === undefined) {
    return { values: {}, problems: named === undefined ? [] : [`${named.origin.place}: there is no file ${path}`] }
  }
  if (text.length > maxLength) return { path, values: {}, problems: [`${shown}: is larger than ${maxLength} bytes`] }
  return { path, ...(await parseConfigFile(text, shown, pathsOf(machine).dirname(path))) }
}

/** The settings in the text of a file. `shown` names it in places, `directory` is what its relative paths are relative to. */
async function parseConfigFile(text: string, shown: string, directory: string): Promise<FileValues> {
  // The parser is loaded only where there is something to parse: most gates have no file.
  const { LineCounter, isMap, isScalar, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${shown}:${line}:${col}`
  }
  const flaws = document.errors.map((error) => `${placeAt(error.pos[0])}: ${error.message}`)
  if (flaws.length > 0) return { values: {}, problems: flaws }
  if (document.contents === null) return { values: {}, problems: [] }
  if (!isMap(document.contents)) return { values: {}, problems: [`${shown}:1:1: is not a mapping of settings`] }
  const values: GivenValues = {}
  const problems: string[] = []
  for (const { key: node } of document.contents.items as Pair<Node>[]) {
    const key = String(isScalar(node) ? node.value : node)
    const name = byKey.get(key)
    try {
      if (name === undefined) throw new Error(unknownKey(key))
      values[name] = { ...valueOf(document, key, placeAt), directory }
    } catch (error) {
      problems.push(`${placeAt(node.range?.[0] ?? 0)}: ${(error as Error).message}`)
    }
  }
  return { values, problems }
}

/** Throws where its aliases unfold to more than they should. */
function valueOf(document: Document, key: string, placeAt: (offset: number) => string): Omit<Given, 'directory'> {
  const node = document.get(key, true) as Node | undefined
  const place = placeAt(node?.range?.[0] ?? 0)
  return {
    raw: node?.toJS(document, { maxAliasCount: 100 }) as unknown,
    origin: { kind: 'file', place },
    partPlace(path) {
      const part = document.getIn([key, ...path], true) as Node | undefined
      return part?.range ? placeAt(part.range[0]) : place
    },
  }
}

function unknownKey(key: string): string {
  const meant = nearest(key, byKey.keys())
  return `${key.slice(0, 64)} is no setting of modgate${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

const byKey: ReadonlyMap<string, SettingName> = new Map(
  settingNames.flatMap((name) => {
    const key = fileKey(settings[name])
    return key === undefined ? [] : [[key, name] as const]
  }),
)
