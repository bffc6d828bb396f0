/**
 * Settings of go in the files of a repository. written-setting.ts says what is found, one file each reads a syntax, and this one picks
 * the reader. Nothing is run and nothing unfolded: a value that is only known when something runs is said to be unknown.
 */

import type { SettingsFile } from '../ci-files.ts'
import { newScan, type Scan } from './written-setting.ts'

export type { NotedCommand, Reach, Scan, WrittenSetting } from './written-setting.ts'

/** Reads a file. Never throws: what cannot be read is among the scan's problems. */
export async function scanSettings(path: string, file: SettingsFile, text: string): Promise<Scan> {
  const scan = newScan(path)
  // Most files set nothing, and a parser is dear.
  if (!/GO[A-Z]{3,}|go\.sum|\bgo (mod|get|env|build)/.test(text)) return scan
  switch (file.syntax) {
    case 'yaml':
      ;(await import('./yaml.ts')).scanYaml(scan, file.system, text)
      break
    case 'dockerfile':
      ;(await import('./docker.ts')).scanDockerfile(scan, text)
      break
    case 'make':
      ;(await import('./make.ts')).scanMake(scan, text)
      break
    case 'shell':
      ;(await import('./shell.ts')).scanScript(scan, text)
      break
    default:
      ;(await import('./plain.ts')).scanPlain(scan, file, text)
  }
  return scan
}
