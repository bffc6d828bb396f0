/** Are the settings that are written anywhere ones that go reads, and harmless to have in a repository? */

import { parseProxyList, parseSumdb, SettingError } from '@modgate/gomod/goenv'
import { counted } from '../../core/counted.ts'
import type { Evidence } from '../finding.ts'
import type { WrittenSetting } from '../evidence/settings-in-text/index.ts'
import { goDefaults, settingEvidence } from './environments.ts'
import type { AuditCheck, AuditEvidence, AuditFound } from './evidence.ts'
import { tooWideIn } from './private-names.ts'
import { bySetting } from './verification-checks.ts'

export const settingsChecks: readonly AuditCheck[] = [
  {
    id: 'MG0903',
    group: 'Settings',
    claim: 'No setting is written that go does not have',
    find: (evidence) => written(evidence).flatMap(dead),
  },
  {
    id: 'MG0904',
    group: 'Settings',
    claim: 'GOINSECURE keeps to one owner',
    find: wideInsecure,
  },
  {
    id: 'MG0925',
    group: 'Settings',
    claim: 'Proxies are asked over TLS',
    find: (evidence) => written(evidence).flatMap(plainProxy),
  },
  {
    id: 'MG0926',
    group: 'Settings',
    claim: 'No credentials are written into files of the repository',
    find: (evidence) => written(evidence).flatMap(credentials),
  },
  {
    id: 'MG0927',
    group: 'Settings',
    claim: 'Every setting is one that the go command can read',
    find: (evidence) => written(evidence).flatMap(unreadable),
  },
  {
    id: 'MG0930',
    group: 'Settings',
    claim: 'Every setting is known before it runs',
    find: unknownValues,
  },
]

function written({ repository }: AuditEvidence): readonly WrittenSetting[] {
  return repository.scans.flatMap(({ settings }) => settings)
}

function dead(setting: WrittenSetting): readonly AuditFound[] {
  const evidence = settingEvidence(setting)
  if (setting.name === 'GONOSUMCHECK')
    return [
      {
        severity: 'warning',
        title: 'GONOSUMCHECK does nothing: the go command has no such variable',
        detail: 'Whoever wrote it wanted to verify less, and verifies as much as before.',
        evidence,
        fix: { words: 'Remove it; where a private module fails, put its path into GONOSUMDB.' },
      },
    ]
  if (setting.name !== 'GOFLAGS' || !/(^|\s)--?insecure\b/.test(setting.value ?? '')) return []
  return [
    {
      severity: 'warning',
      title: 'GOFLAGS=-insecure does nothing: no command of today has the flag',
      detail: 'Downloads are verified as before, over TLS as before.',
      evidence,
      fix: { words: 'Remove it; GOINSECURE is for hosts that have no good certificate.' },
    },
  ]
}

function wideInsecure(evidence: AuditEvidence): readonly AuditFound[] {
  const wide = ({ settings }: { readonly settings: { readonly GOINSECURE: string } }) => tooWideIn(settings.GOINSECURE)
  return bySetting(evidence, 'GOINSECURE', (environment) => wide(environment).length > 0).map(
    ({ environment, places }) => ({
      severity: 'warning',
      title: `GOINSECURE=${environment.settings.GOINSECURE} lets direct downloads go over plain HTTP and past any certificate`,
      detail: `${wide(environment)[0]!.why}. It counts for modules that are fetched from their own host; proxies and the checksum database are not affected.`,
      evidence: places,
      fix: { words: 'Name the one host that needs it, or give that host a certificate.' },
    }),
  )
}

function plainProxy(setting: WrittenSetting): readonly AuditFound[] {
  if (setting.name !== 'GOPROXY') return []
  const hosts = [...(setting.value ?? '').matchAll(/http:\/\/(?:[^@/,|\s]*@)?([^/,|\s]+)/g)].map(([, host]) => host!)
  const far = hosts.filter((host) => !/^(localhost|127\.|\[::1\])/.test(host))
  if (far.length === 0) return []
  return [
    {
      severity: 'warning',
      title: `GOPROXY asks ${far.join(', ')} over plain HTTP`,
      detail:
        'Whoever is on the way can read the names of all modules, and change what neither go.sum nor a database knows.',
      evidence: settingEvidence(setting),
      fix: { words: 'Use https://.' },
    },
  ]
}

function credentials(setting: WrittenSetting): readonly AuditFound[] {
  const found = [...setting.text.matchAll(/:\/\/([^/@\s,|'"]+)@/g)].some(([, user]) => !/[$<{]/.test(user!))
  if (!found) return []
  return [
    {
      severity: 'problem',
      title: `${setting.name} has credentials in it, for everybody who can read the repository`,
      detail: 'Its history keeps them when the line is gone.',
      evidence: settingEvidence(setting),
      fix: {
        words: 'Revoke them, and give the go command new ones by netrc or GOAUTH, from a secret of the CI system.',
      },
      limits: 'that git has the file: one that is ignored is on this machine alone',
    },
  ]
}

function unreadable(setting: WrittenSetting): readonly AuditFound[] {
  const read = readers[setting.name]
  if (read === undefined || setting.value === undefined || setting.value === '') return []
  try {
    read(setting.value)
    return []
  } catch (error) {
    if (!(error instanceof SettingError)) throw error
    return [
      {
        severity: 'problem',
        title: `${setting.name} cannot be read by the go command: ${error.message}`,
        evidence: settingEvidence(setting),
        fix: {
          words:
            setting.name === 'GOPROXY' ? 'Separate entries by a comma.' : `Use ${goDefaults.GOSUMDB} or a whole key.`,
        },
      },
    ]
  }
}

const readers: Readonly<Record<string, ((value: string) => unknown) | undefined>> = {
  GOPROXY: parseProxyList,
  GOSUMDB: parseSumdb,
}

function unknownValues(evidence: AuditEvidence): readonly AuditFound[] {
  const unknown = written(evidence).filter(
    ({ name, value }) => value === undefined && !/^GO(TOOLCHAIN|AUTH|FLAGS)$/.test(name),
  )
  if (unknown.length === 0) return []
  const places: readonly Evidence[] = unknown.flatMap(settingEvidence)
  return [
    {
      severity: 'note',
      title: `${counted(unknown.length, 'setting')} ${unknown.length === 1 ? 'is' : 'are'} known only when a build runs, and not judged here`,
      evidence: places.slice(0, 8),
    },
  ]
}
