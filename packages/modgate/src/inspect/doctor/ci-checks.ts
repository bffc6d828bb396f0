/** Are the settings of this CI job such that it builds the same thing each time, or says so? They say nothing elsewhere. */

import { planRoute } from '../../policy/route.ts'
import { fetchSettingsOf } from '../evidence/go-environment.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { goFlag, withoutFlag } from './go-flags-checks.ts'
import { proxiesOf } from './proxy-list.ts'
import { placeOf, setting } from './setting-words.ts'

export const ciChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0701',
    group: 'CI',
    claim: 'The build does not change go.mod and go.sum',
    explanation:
      'With -mod=mod a job resolves what is missing at that moment, and the next one may resolve it otherwise: nobody reviews what it wrote.',
    find: (evidence) => inCi(evidence, modMod),
  },
  {
    id: 'MG0702',
    group: 'CI',
    claim: 'go.sum is part of the checkout',
    explanation:
      'A job without go.sum verifies nothing against what developers had, and believes each new version by the database alone.',
    find: (evidence) => inCi(evidence, withoutSum),
  },
  {
    id: 'MG0703',
    group: 'CI',
    claim: 'Modules come through a proxy',
    explanation:
      'GOPROXY=direct clones each module from its own host: slow, and it fails when one of many hosts is down, moved a tag, or limits the rate.',
    find: (evidence) => inCi(evidence, directOnly),
  },
  {
    id: 'MG0704',
    group: 'CI',
    claim: 'git is there where modules are fetched from their own hosts',
    explanation:
      'Slim images have no git, and then a module of GONOPROXY or behind direct ends with "executable file not found in $PATH".',
    find: (evidence) => inCi(evidence, withoutGit),
  },
  {
    id: 'MG0705',
    group: 'CI',
    claim: 'Nothing waits for somebody to type a password',
    explanation:
      'The go command keeps git from asking, unless GIT_TERMINAL_PROMPT is set to something else. Then a job without credentials may hang until it is killed.',
    find: (evidence) => inCi(evidence, prompts),
  },
]

const systems = [
  'CI',
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'JENKINS_URL',
  'TF_BUILD',
  'BUILDKITE',
  'CIRCLECI',
  'TEAMCITY_VERSION',
]

function inCi(
  evidence: DoctorEvidence,
  find: (evidence: DoctorEvidence) => readonly Found[],
): readonly Found[] | undefined {
  const { environment } = evidence.go
  const isCi = systems.some((name) => !['', 'false', '0'].includes((environment[name] ?? '').toLowerCase()))
  return isCi ? find(evidence) : undefined
}

function modMod({ go }: DoctorEvidence): readonly Found[] {
  const variable = go.variables.get('GOFLAGS')
  if (variable === undefined || goFlag(go, 'mod') !== 'mod') return []
  return [
    {
      severity: 'problem',
      title: 'this job builds with -mod=mod: it may use versions that nobody committed',
      evidence: [placeOf(variable)],
      fix: setting(
        'Take it out: a build then stops where go.mod or go.sum is not complete.',
        variable,
        withoutFlag(variable.value, 'mod'),
      ),
    },
  ]
}

function withoutSum({ project }: DoctorEvidence): readonly Found[] {
  if (project?.mod === undefined || project.files.includes('go.sum') || project.mod.require.length === 0) return []
  return [
    {
      severity: 'problem',
      title: 'this job has no go.sum: what it downloads is not compared with what developers had',
      evidence: [{ place: `${project.directory}/go.mod` }],
      fix: {
        words: 'Commit go.sum, and see that no .gitignore or .dockerignore has it.',
        commands: ['git check-ignore -v go.sum'],
      },
    },
  ]
}

function directOnly({ go }: DoctorEvidence): readonly Found[] {
  const variable = go.variables.get('GOPROXY')
  if (variable === undefined || proxiesOf(go)?.[0]?.kind !== 'direct') return []
  return [
    {
      severity: 'warning',
      title: "GOPROXY begins with direct: this job clones every module from the module's own host",
      evidence: [placeOf(variable)],
      fix: setting('Put a proxy in front, and name what is private in GOPRIVATE.', variable, undefined),
    },
  ]
}

function withoutGit({ go, git, project }: DoctorEvidence): readonly Found[] {
  if (git === undefined || git.there) return []
  const settings = fetchSettingsOf(go)
  const required = project?.mod?.require.map(({ path }) => path) ?? []
  const certain = required.find((path) => {
    const { content } = planRoute(settings, path)
    return content.kind === 'direct' || (content.kind === 'list' && content.hops[0]?.kind === 'direct')
  })
  const possible = proxiesOf(go)?.some(({ kind }) => kind === 'direct') ?? false
  if (certain === undefined && !possible) return []
  return [
    {
      severity: certain === undefined ? 'note' : 'problem',
      title:
        certain === undefined
          ? 'there is no git here: direct, behind the proxies, cannot work'
          : `there is no git here, and ${certain} is fetched from its own host`,
      evidence: [placeOf(go.variables.get(certain === undefined ? 'GOPROXY' : 'GONOPROXY')!)],
      fix: { words: 'Put git into the image of the job.', commands: ['git --version'] },
    },
  ]
}

function prompts({ go }: DoctorEvidence): readonly Found[] {
  const value = go.environment['GIT_TERMINAL_PROMPT'] ?? ''
  if (value === '' || value === '0') return []
  return [
    {
      severity: 'warning',
      title: `GIT_TERMINAL_PROMPT=${value}: git asks for a password, and nobody is there to type it`,
      evidence: [{ place: 'GIT_TERMINAL_PROMPT in the environment', text: value }],
      fix: { words: 'Take it away: the go command sets 0 itself.', commands: ['unset GIT_TERMINAL_PROMPT'] },
    },
  ]
}
