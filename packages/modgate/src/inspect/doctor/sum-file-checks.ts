/** Is go.sum whole, and does it say only what it should? */

import { counted } from '../../core/counted.ts'
import { fetchSettingsOf } from '../evidence/go-environment.ts'
import { planRoute } from '../../policy/route.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { goFlag, withoutFlag } from './go-flags-checks.ts'
import { few, placeOf, setting } from './setting-words.ts'

export const sumFileChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0405',
    group: 'Verification',
    claim: 'A module with requirements has a go.sum',
    explanation:
      'go.sum pins the bytes of every module version. Without it each machine believes what it gets, and builds ask for it with "missing go.sum entry".',
    find: (evidence) => missing(evidence),
  },
  {
    id: 'MG0406',
    group: 'Verification',
    claim: 'go.sum is one that the go command can read',
    explanation:
      'Each line has three fields: path, version, hash. Merge conflicts leave lines with others, and then every command stops.',
    find: ({ project }) =>
      project?.problems
        .filter((problem) => problem.startsWith('malformed go.sum'))
        .map((problem) => ({
          severity: 'problem',
          title: problem.replace(/\s+/g, ' '),
          evidence: [{ place: `${project.directory}/go.sum` }],
          fix: {
            words: 'Remove the lines that are none, and let go write what is missing.',
            commands: ['go mod tidy'],
          },
        })),
  },
  {
    id: 'MG0407',
    group: 'Verification',
    claim: 'go.sum has no line for a toolchain',
    explanation:
      'The go command never writes lines for golang.org/toolchain or golang.org/fips140 into go.sum: those are verified by the checksum database alone. Go ' +
      'before 1.26.9 and 1.27.2 believes such a line, so that whoever may change go.sum could choose the compiler.',
    find: (evidence) => toolchainLines(evidence),
  },
  {
    id: 'MG0408',
    group: 'Verification',
    claim: 'Every requirement that no checksum database is asked about has its hash in go.sum',
    explanation:
      'Where GONOSUMDB, GOPRIVATE or GOSUMDB=off keep the database out, go.sum is all there is. A requirement without a line for its zip is believed at the ' +
      'next download, as it comes. Indirect ones may do without, as long as no package of theirs is built.',
    find: (evidence) => unpinned(evidence),
  },
  {
    id: 'MG0409',
    group: 'Verification',
    claim: 'go.mod and go.sum change only when somebody means it',
    explanation:
      'With -mod=mod in GOFLAGS every build may write new lines into go.mod and go.sum. Without it a build that needs them stops and says so.',
    find: ({ go }) => {
      const variable = go.variables.get('GOFLAGS')
      if (variable === undefined || goFlag(go, 'mod') !== 'mod') return []
      return [
        {
          severity: 'warning',
          title: 'GOFLAGS has -mod=mod: every build may change go.mod and go.sum',
          evidence: [placeOf(variable)],
          fix: setting(
            'Take it out, and run go mod tidy or go get where a change is meant.',
            variable,
            withoutFlag(variable.value, 'mod'),
          ),
        },
      ]
    },
  },
]

function missing({ project }: DoctorEvidence): readonly Found[] | undefined {
  if (project?.mod === undefined) return undefined
  const local = new Set(project.mod.replace.flatMap(({ old, new: by }) => (by.version === '' ? [old.path] : [])))
  const required = project.mod.require.filter(({ path }) => !local.has(path))
  if (project.files.includes('go.sum') || required.length === 0) return []
  return [
    {
      severity: 'problem',
      title: `there is no go.sum, and go.mod requires ${counted(required.length, 'module')}`,
      evidence: [{ place: `${project.directory}/go.mod` }],
      fix: { words: 'Let go write it, and commit it.', commands: ['go mod tidy'] },
    },
  ]
}

function toolchainLines({ project }: DoctorEvidence): readonly Found[] | undefined {
  return project?.sum
    .filter(({ path }) => path === 'golang.org/toolchain' || path === 'golang.org/fips140')
    .map(({ path, version, line, goMod }) => ({
      severity: 'problem',
      title: `go.sum has a line for ${path}, which go never writes`,
      evidence: [{ place: `${project.directory}/go.sum`, line, text: `${path} ${version}${goMod ? '/go.mod' : ''}` }],
      fix: { words: 'Remove the line, and find out who wrote it.' },
    }))
}

function unpinned({ go, project }: DoctorEvidence): readonly Found[] | undefined {
  if (project?.mod === undefined) return undefined
  const replaced = new Set(project.mod.replace.map(({ old }) => old.path))
  const zips = new Set(project.sum.filter(({ goMod }) => !goMod).map(({ path, version }) => `${path}@${version}`))
  const open = project.mod.require.filter(
    ({ path, version, indirect }) =>
      !indirect &&
      !replaced.has(path) &&
      !zips.has(`${path}@${version}`) &&
      planRoute(fetchSettingsOf(go), path).checksum.kind === 'skipped',
  )
  if (open.length === 0 || !project.files.includes('go.sum')) return []
  return [
    {
      severity: 'warning',
      title: `believed as they come: ${few(open.map(({ path, version }) => `${path}@${version}`))} have no hash in go.sum, and no database is asked`,
      evidence: [{ place: `${project.directory}/go.sum` }, placeOf(go.variables.get('GONOSUMDB')!)],
      fix: {
        words: 'Write the hashes down once, where you trust the source, and commit them.',
        commands: ['go mod tidy'],
      },
    },
  ]
}
