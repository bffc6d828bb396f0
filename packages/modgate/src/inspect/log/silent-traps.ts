/**
 * What went through without an error and should not have: modules that no checksum database vouched for. A log proves that
 * something was asked or set; that nothing stands in it proves little, and each finding says what remains open.
 */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { counted } from '../../core/counted.ts'
import { isPublicForge } from '../../policy/public-forges.ts'
import type { Evidence, Finding } from '../finding.ts'
import type { LogFacts, SettingSeen } from './log-facts.ts'

/** Findings about verification, from what a log says besides failures. */
export function silentTraps(facts: LogFacts): readonly Finding[] {
  return [
    ...facts.settings.flatMap((seen) => settingTraps(seen, facts)),
    ...(facts.requests > 0 ? requestTraps(facts) : []),
  ]
}

const inGoSum =
  'Lines that go.sum had already were still compared; for all others nobody vouched. The log does not show go.sum.'

function settingTraps(seen: SettingSeen, facts: LogFacts): readonly Finding[] {
  switch (seen.name) {
    case 'GOSUMDB':
      return seen.value === 'off' ? [databaseOff(seen, facts)] : []
    case 'GONOSUMDB':
    case 'GOPRIVATE':
      return exempt(seen, facts)
    case 'GONOSUMCHECK':
      return [imaginary(seen, 'GONOSUMCHECK is no variable of the go command: it changes nothing')]
    case 'GOFLAGS':
      return /(?:^|\s)-insecure\b/.test(seen.value) ? [imaginary(seen, retired)] : []
    case 'GOINSECURE':
      return seen.value === '' ? [] : [insecure(seen)]
    default:
      return []
  }
}

const retired = 'GOFLAGS has -insecure: since go 1.17 all commands ignore that flag, but go get, which refuses it'

function databaseOff(seen: SettingSeen, { downloaded }: LogFacts): Finding {
  return {
    id: 'MG0481',
    group: 'Verification',
    severity: 'problem',
    title: `GOSUMDB=off: no download was checked against a checksum database${examples(downloaded.names)}`,
    evidence: [placeOf(seen)],
    fix: {
      words: 'Take GOSUMDB=off out, and exempt private modules alone by GONOSUMDB.',
      commands: ['go env -u GOSUMDB', 'modgate doctor --only Verification'],
    },
    limits: `${inGoSum} Nor does it show that the setting held for each command in it.`,
  }
}

function exempt(seen: SettingSeen, { downloaded }: LogFacts): readonly Finding[] {
  if (seen.value === '') return []
  const modules = downloaded.names.filter((name) => matchPrefixPatterns(seen.value, name.split('@')[0]!))
  const open = seen.value.split(',').filter((pattern) => isTooWide(pattern.trim()))
  if (modules.length === 0 && open.length === 0) return []
  return [
    {
      id: 'MG0482',
      group: 'Verification',
      severity: open.length > 0 ? 'problem' : 'note',
      title:
        modules.length > 0
          ? `${seen.name}=${seen.value} exempts ${modules.length} of ${downloaded.count} downloaded modules from verification${examples(modules)}`
          : `${seen.name}=${seen.value} exempts public modules from verification`,
      evidence: [placeOf(seen)],
      ...(open.length > 0 && {
        fix: {
          words: `Name what is private instead of ${open.join(', ')}: host/owner, not a host that everybody publishes on.`,
          commands: ['modgate ci-env'],
        },
      }),
      limits: inGoSum,
    },
  ]
}

function isTooWide(pattern: string): boolean {
  return /^\*(?:\/\*)*$/.test(pattern) || (isPublicForge(pattern.replace(/\/.*$/, '')) && !pattern.includes('/'))
}

function imaginary(seen: SettingSeen, title: string): Finding {
  return {
    id: 'MG0483',
    group: 'Verification',
    severity: 'warning',
    title,
    evidence: [placeOf(seen)],
    fix: {
      words: 'Take it out: whoever reads it believes that verification is off, or that this is how to exempt a module.',
    },
  }
}

function insecure(seen: SettingSeen): Finding {
  return {
    id: 'MG0484',
    group: 'Verification',
    severity: 'warning',
    title: `GOINSECURE=${seen.value}: direct fetches of these modules accept http and any certificate`,
    evidence: [placeOf(seen)],
    fix: {
      words:
        'Install the certificate of the private CA, and take GOINSECURE out. It does nothing for a proxy in GOPROXY.',
    },
    limits: 'Checksums are still compared. The log does not show that such a module was fetched directly.',
  }
}

/** With -x each request stands in the log; a zip that came without a question was in go.sum, in the cache, or unverified. */
function requestTraps({ downloaded, lookedUp, requests }: LogFacts): readonly Finding[] {
  const asked = new Set(lookedUp.names)
  const unasked = downloaded.names.filter((name) => !asked.has(name))
  if (unasked.length === 0) return []
  const none = lookedUp.count === 0
  return [
    {
      id: 'MG0485',
      group: 'Verification',
      severity: 'note',
      title: none
        ? `No checksum database was asked about any of ${downloaded.count} downloaded modules${examples(unasked)}`
        : `No checksum database was asked about ${unasked.length} of ${downloaded.count} downloaded modules${examples(unasked)}`,
      evidence: [
        {
          place: `${counted(requests, 'request')} in the log, ${lookedUp.count} of them to look something up in a checksum database`,
        },
      ],
      fix: {
        words: 'See what exempts them, and whether go.sum has them.',
        commands: ['modgate doctor --only Verification', 'modgate audit'],
      },
      limits:
        'That is as it should be for modules in go.sum, and for records in the module cache. What the log proves is only that no database was asked in this run.',
    },
  ]
}

function placeOf({ line, text }: SettingSeen): Evidence {
  return { place: 'line', line, text }
}

function examples(names: readonly string[]): string {
  if (names.length === 0) return ''
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `: ${shown} and ${names.length - 3} more` : `: ${shown}`
}
