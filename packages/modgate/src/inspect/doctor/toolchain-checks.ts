/** Is the go command that runs here the one that is meant, and one without known holes? */

import type { GoEnvironment } from '../evidence/go-environment.ts'
import type { Check, Evidence, Fix, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { compareGoVersions, isRelease, releaseOf } from './go-release.ts'
import { isSet, placeOf, setting } from './setting-words.ts'

export const toolchainChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0501',
    group: 'Toolchain',
    claim: 'The go command has no known hole in its verification of downloads',
    explanation:
      'Go 1.26.9 and 1.27.2 closed holes in how the go command verifies what a checksum database says: an empty or unrelated record was accepted, ' +
      'and lines of go.sum for toolchains were believed. Older ones can be cheated by a proxy, or by whoever may change go.sum.',
    find: ({ go }) => unsafe(go),
  },
  {
    id: 'MG0502',
    group: 'Toolchain',
    claim: 'The go command is as new as go.mod wants, or may fetch one that is',
    explanation:
      'With GOTOOLCHAIN=local, which Docker images and distributions set, the go command never fetches another one: a newer go line in go.mod, or in a ' +
      'dependency, ends with "requires go >=".',
    find: (evidence) => tooOld(evidence),
  },
  {
    id: 'MG0503',
    group: 'Toolchain',
    claim: 'A toolchain that has to be fetched can be verified',
    explanation:
      'Downloaded toolchains are always verified by the checksum database, whatever GONOSUMDB says. With GOSUMDB=off they cannot be, and the download is refused.',
    find: (evidence) => unverifiable(evidence),
  },
  {
    id: 'MG0504',
    group: 'Toolchain',
    claim: 'Toolchains are named by a release',
    explanation:
      'Since Go 1.21 the first release of a line is called go1.22.0, and go1.22 is a version of the language: no toolchain has that name, and the go ' +
      'command ends with "is a language version but not a toolchain version". A go line of 1.22 is fine: the go command fetches 1.22.0 for it.',
    find: (evidence) => languageAsToolchain(evidence),
  },
  {
    id: 'MG0505',
    group: 'Toolchain',
    claim: 'GOTOOLCHAIN is one that the go command can read',
    explanation:
      'It is local, auto, path, the name of a toolchain as go1.26.9, or local or a name with +auto or +path behind it.',
    find: ({ go }) => unreadable(go),
  },
]

function unsafe({ goVersion }: GoEnvironment): readonly Found[] | undefined {
  const version = goVersion === undefined ? undefined : releaseOf(goVersion)
  if (version === undefined) return undefined
  const isSafe =
    compareGoVersions(version, '1.27.2') >= 0 ||
    (compareGoVersions(version, '1.26.9') >= 0 && compareGoVersions(version, '1.27rc1') < 0)
  if (isSafe) return []
  return [
    {
      severity: 'warning',
      title: `${goVersion!} has holes in its verification of downloads that 1.26.9 and 1.27.2 closed`,
      evidence: [{ place: 'VERSION of the Go installation', text: goVersion! }],
      fix: { words: 'Install go1.26.9, go1.27.2 or newer.', commands: ['go version'] },
      limits: 'that nobody carried the corrections into this build',
    },
  ]
}

/** The go line of go.mod, where the installed go is older than it wants. */
function wanted({ go, project }: DoctorEvidence): string | undefined {
  const line = project?.mod?.go?.version
  const installed = go.goVersion === undefined ? undefined : releaseOf(go.goVersion)
  if (line === undefined || installed === undefined) return undefined
  return compareGoVersions(installed, line) < 0 ? line : undefined
}

function tooOld(evidence: DoctorEvidence): readonly Found[] | undefined {
  const { go, project } = evidence
  const variable = isSet(go, 'GOTOOLCHAIN')
  if (project?.mod === undefined || go.goVersion === undefined || variable === undefined) return undefined
  const line = wanted(evidence)
  if (variable.value !== 'local' || line === undefined) return []
  return [
    {
      severity: 'problem',
      title: `go.mod wants go ${line}, ${go.goVersion} is installed, and GOTOOLCHAIN=local lets it fetch no other`,
      evidence: [{ place: `${project.directory}/go.mod`, text: `go ${line}` }, placeOf(variable)],
      fix: setting('Install it, or let the go command fetch it.', variable, 'auto'),
    },
  ]
}

function unverifiable(evidence: DoctorEvidence): readonly Found[] | undefined {
  const { go } = evidence
  const variable = isSet(go, 'GOTOOLCHAIN')
  const database = isSet(go, 'GOSUMDB')
  if (variable === undefined || database === undefined) return undefined
  const name = /^go\d[^+]*/.exec(variable.value)?.[0]
  const line = /^(auto|local\+auto|go.*\+auto)$/.test(variable.value) ? wanted(evidence) : undefined
  const fetched = name !== undefined && name !== go.goVersion ? name : line && `go${line}`
  const lone = /^file:\/\/[^,|]*$/.test(go.variables.get('GOPROXY')?.value ?? '')
  if (database.value !== 'off' || fetched === undefined || lone) return []
  return [
    {
      severity: 'problem',
      title: `${fetched} has to be fetched and cannot be verified: GOSUMDB=off`,
      evidence: [placeOf(variable), placeOf(database)],
      fix: setting('Take GOSUMDB=off away, or install that toolchain.', database, undefined),
      limits: 'that the toolchain is not in the module cache or in the PATH already',
    },
  ]
}

function languageAsToolchain({ go, project }: DoctorEvidence): readonly Found[] {
  const variable = isSet(go, 'GOTOOLCHAIN')
  if (variable === undefined) return []
  const chosen = /^go[^+]*/.exec(variable.value)?.[0]
  const line = /(^|\+)auto$/.test(variable.value) ? project?.mod?.toolchain?.name : undefined
  const installed = releaseOf(go.goVersion ?? '')
  return [
    ...(chosen !== undefined && isLanguage(chosen)
      ? [
          named(
            chosen,
            placeOf(variable),
            setting('Name a release.', variable, variable.value.replace(chosen, `${chosen}.0`)),
          ),
        ]
      : []),
    ...(line !== undefined && isLanguage(line) && installed && compareGoVersions(installed, releaseOf(line)!) < 0
      ? [
          named(
            line,
            { place: `${project!.directory}/go.mod`, text: `toolchain ${line}` },
            { words: 'Name a release.', commands: [`go mod edit -toolchain=${line}.0`] },
          ),
        ]
      : []),
  ]
}

function isLanguage(toolchain: string): boolean {
  const version = releaseOf(toolchain)
  return version !== undefined && !isRelease(version)
}

function named(toolchain: string, place: Evidence, fix: Fix): Found {
  const title = `${toolchain} is a version of the language, and no toolchain has that name: the first release is ${toolchain}.0`
  return { severity: 'problem', title, evidence: [place], fix }
}

function unreadable(go: GoEnvironment): readonly Found[] | undefined {
  const variable = isSet(go, 'GOTOOLCHAIN')
  if (variable === undefined) return undefined
  if (/^(auto|path|(local|go\d+(\.\d+){0,2}((rc|beta)\d+)?(-[\w.-]+)?)(\+(auto|path))?)$/.test(variable.value))
    return []
  const meant = /^v?\d+(\.\d+){1,2}$/.test(variable.value) ? `go${variable.value.replace(/^v/, '')}` : undefined
  return [
    {
      severity: 'problem',
      title: `GOTOOLCHAIN=${variable.value} cannot be read: every go command stops with "invalid GOTOOLCHAIN"`,
      evidence: [placeOf(variable)],
      fix: setting(meant === undefined ? 'Take it away.' : `Write ${meant}.`, variable, meant),
    },
  ]
}
