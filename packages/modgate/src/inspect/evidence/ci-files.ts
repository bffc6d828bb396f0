/** Which files of a repository can set the go command's settings, and in which syntax. */

export type SettingsSyntax = 'yaml' | 'shell' | 'dockerfile' | 'make' | 'dotenv' | 'go-env' | 'quoted'

export interface SettingsFile {
  readonly syntax: SettingsSyntax
  /** Whose settings they are, in words: `GitHub Actions`. */
  readonly system: string
  /** Whether a machine runs it that nobody sits at. */
  readonly automatic: boolean
}

type Row = readonly [pattern: RegExp, syntax: SettingsSyntax, system: string, automatic?: 'automatic']

const rows: readonly Row[] = [
  [/^\.github\/workflows\/[^/]+\.ya?ml$/, 'yaml', 'GitHub Actions', 'automatic'],
  [/(^|\/)action\.ya?ml$/, 'yaml', 'GitHub Actions', 'automatic'],
  [/^\.(gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/, 'yaml', 'Gitea Actions', 'automatic'],
  [/(^|[/.])gitlab-ci[^/]*\.ya?ml$|^\.gitlab\/.*\.ya?ml$/, 'yaml', 'GitLab CI', 'automatic'],
  [/^\.?azure[-_]pipelines[^/]*\.ya?ml$|^\.(azure|azuredevops|pipelines)\/.*\.ya?ml$/, 'yaml', 'Azure', 'automatic'],
  [/^\.circleci\/.*\.ya?ml$/, 'yaml', 'CircleCI', 'automatic'],
  [/^bitbucket-pipelines\.ya?ml$/, 'yaml', 'Bitbucket', 'automatic'],
  [/^\.drone\.ya?ml$|^\.woodpecker(\.ya?ml|\/.*\.ya?ml)$/, 'yaml', 'Drone', 'automatic'],
  [/^\.(travis|cirrus|appveyor)\.ya?ml$|^(appveyor|cloudbuild|buildspec)\.ya?ml$/, 'yaml', 'CI', 'automatic'],
  [/^\.buildkite\/.*\.ya?ml$|^\.tekton\/.*\.ya?ml$/, 'yaml', 'CI', 'automatic'],
  [/(^|\/)(docker-)?compose[^/]*\.ya?ml$/, 'yaml', 'Compose'],
  [/(^|\/)[Tt]askfile[^/]*\.ya?ml$/, 'yaml', 'Taskfile'],
  [/^\.?goreleaser\.ya?ml$/, 'yaml', 'GoReleaser', 'automatic'],
  [/(^|\/)Jenkinsfile[^/]*$/, 'quoted', 'Jenkins', 'automatic'],
  [/(^|\/)\.?devcontainer\.json$/, 'quoted', 'the development container'],
  [/^\.vscode\/settings\.json$/, 'quoted', 'the editor'],
  [/(^|\/)(Dockerfile|Containerfile)[^/]*$|\.(Dockerfile|dockerfile)$/, 'dockerfile', 'the image', 'automatic'],
  [/(^|\/)(GNUmakefile|[Mm]akefile)[^/]*$|\.mk$/, 'make', 'make'],
  [/(^|\/)\.?[Jj]ustfile$|\.just$/, 'make', 'just'],
  [/\.(sh|bash|zsh|ps1|cmd|bat)$|(^|\/)\.envrc$/, 'shell', 'the script'],
  [/(^|\/)go\.env$|(^|\/)\.config\/go\/env$/, 'go-env', 'the go command'],
  [/(^|\/)\.env(\.[\w-]+)?$|(^|\/)[\w-]+\.env$/, 'dotenv', 'the environment file'],
]

/** What a file is by its path; undefined where it sets nothing. */
export function settingsFile(path: string): SettingsFile | undefined {
  // Longer names than any file system has would only cost time.
  if (path.length > 4096) return undefined
  const row = rows.find(([pattern]) => pattern.test(path))
  return row && { syntax: row[1], system: row[2], automatic: row[3] === 'automatic' }
}
