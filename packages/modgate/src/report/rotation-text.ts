/** What a rotation did, and what it asks of operators and clients. */

import type { ServeConfig } from '../config/index.ts'
import type { LostRecords } from '../gateway/log/proved-records.ts'
import type { Rotated } from '../gateway/log/rotation.ts'
import type { RotationPlan } from '../gateway/log/rotation-plan.ts'
import { pasteLines } from './client-settings.ts'
import { recordsInWords } from './log-standing-text.ts'

export interface RotationReport {
  readonly plan: RotationPlan
  readonly rotated: Rotated
  readonly config: ServeConfig
  /** Where the old name stands in the settings; undefined where it does not. */
  readonly namedAt: string | undefined
  readonly platform: NodeJS.Platform
}

/** More than these are counted. */
const mostShown = 50

export function rotationText({ plan, rotated, config, namedAt, platform }: RotationReport): string {
  const { from, to, guard } = plan
  const { verifierKey, records, lost, oldKey } = rotated
  const operator = [
    'restart every gate on this data directory; until then it serves what the old log has and signs nothing',
    ...(namedAt === undefined ? [] : [`${namedAt}: the name of the log is ${to} now (--log-name ${to})`]),
    `the guard of ${to} is ${guard.place}; it belongs into no backup of the data`,
    ...(to.startsWith(`${from}/`)
      ? [`keep modules/sumdb/${from} in the data directory: what ${to} has stands below it`]
      : []),
    ...(oldKey === undefined ? [] : [`the old key is kept in ${oldKey}`]),
  ]
  return [
    `the log ${from} goes on as ${to}, with ${recordsInWords(records)}`,
    ...lostLines(lost),
    ...rotated.differing.map(
      ({ path, version }) => `  ${path}@${version}: ${to} had another record already, which stays`,
    ),
    '',
    'The operator:',
    ...operator.map((line) => `  ${line}`),
    '',
    'Every client, since its go command believes no log but the one it knows:',
    ...clientLines(config, verifierKey, platform).map((line) => `  ${line}`),
    `  $(go env GOPATH)/pkg/sumdb/${from} may be deleted`,
  ].join('\n')
}

/** Where clients reach the gate is known only where the settings say it; it stays as it is in any case. */
function clientLines(config: ServeConfig, logKey: string, platform: NodeJS.Platform): readonly string[] {
  const { publicUrl: url } = config
  const lines = pasteLines({ url: url ?? '', logKey }, config, platform)
  return url === undefined
    ? ['# GOPROXY stays as it is', ...lines.slice(1), 'or for good:', `go env -w GOSUMDB=${logKey}`]
    : [...lines, 'or for good:', `go env -w GOPROXY=${url} GOSUMDB=${logKey}`]
}

function lostLines(lost: readonly LostRecords[]): readonly string[] {
  if (lost.length === 0) return []
  const count = lost.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  return [
    `left out, since nothing here proves them: ${recordsInWords(count)} of the old log`,
    ...lost.slice(0, mostShown).map((each) => `  ${lostInWords(each)}`),
    ...(lost.length > mostShown ? [`  and ${lost.length - mostShown} more: see --json`] : []),
  ]
}

function lostInWords({ first, last, module }: LostRecords): string {
  const which = first === last ? `record ${first}` : `records ${first} to ${last}`
  return module ? `${which}: ${module.path}@${module.version}` : which
}

export function rotationJson({ plan, rotated, namedAt }: Pick<RotationReport, 'plan' | 'rotated' | 'namedAt'>): object {
  const { verifierKey, oldKey, ...rest } = rotated
  return {
    ...{ from: plan.from, to: plan.to, key: verifierKey, guard: plan.guard.place },
    ...{ oldKeyFile: oldKey ?? null, logNameIn: namedAt ?? null },
    ...rest,
  }
}
