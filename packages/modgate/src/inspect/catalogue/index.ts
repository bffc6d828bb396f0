/**
 * The known failures of the go command: how each is recognised, why it comes, what to do. Rows are data, so that a scanner of logs, the
 * page of errors and a coding assistant say the same words. A row is found by a literal first and by its pattern then; where a general
 * and a special row know one message, precedence decides, and no two rows of the same precedence know the same sample.
 */

import type { KnownError } from '../known-error.ts'
import { builds } from './builds.ts'
import { databaseTroubles } from './checksum-database.ts'
import { connections } from './connections.ts'
import { explainMessageBy, type ExplainedMessage } from './explain-message.ts'
import { mismatches } from './mismatches.ts'
import { modulesAndVersions } from './modules.ts'
import { proxyContents } from './proxy-contents.ts'
import { proxyRefusals } from './proxy-refusals.ts'
import { settings } from './settings.ts'
import { toolchains } from './toolchains.ts'
import { transportSecurity } from './transport-security.ts'
import { vanityPages } from './vanity-pages.ts'
import { versionControl } from './version-control.ts'

export { type ExplainedMessage, fill, filled, literalsOf, valuesOf } from './explain-message.ts'

/** Rows that belong together, in the order in which the page of errors shows them. */
export interface KnownErrorTheme {
  readonly title: string
  readonly rows: readonly KnownError[]
}

export const knownErrorThemes: readonly KnownErrorTheme[] = [
  { title: 'A module proxy says no', rows: proxyRefusals },
  { title: 'A module proxy answers something else', rows: proxyContents },
  { title: 'The network', rows: connections },
  { title: 'TLS and certificates', rows: transportSecurity },
  { title: 'Hashes that differ', rows: mismatches },
  { title: 'The checksum database and go.sum', rows: databaseTroubles },
  { title: 'Settings', rows: settings },
  { title: 'Direct: git and its kin', rows: versionControl },
  { title: 'Direct: the page of an import path', rows: vanityPages },
  { title: 'Modules and versions', rows: modulesAndVersions },
  { title: 'Toolchains', rows: toolchains },
  { title: 'Builds, vendor and workspaces', rows: builds },
]

/** Every row, by theme. */
export const knownErrors: readonly KnownError[] = knownErrorThemes.flatMap(({ rows }) => rows)

const byId: ReadonlyMap<string, KnownError> = new Map(knownErrors.map((row) => [row.id, row]))

/** The row with this id (`MG1042`), in letters of either size; undefined where there is none. */
export function knownErrorById(id: string): KnownError | undefined {
  return byId.get(id.toUpperCase())
}

/**
 * What one message of the go command means: its first line and the lines that belong to it, joined by line feeds. The texts of the row
 * that knows it best come with the values of this message; undefined where no row knows it.
 */
export function explainMessage(message: string): ExplainedMessage | undefined {
  return explainMessageBy(knownErrors, message)
}
