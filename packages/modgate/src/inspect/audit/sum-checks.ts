/** Is go.sum there, whole, and used? */

import type { SumEntry } from '@modgate/gomod/modfile'
import { besideMod, type RepositoryModule } from '../evidence/repository.ts'
import type { NotedCommand, Scan } from '../evidence/settings-in-text/index.ts'
import { settingsFile } from '../evidence/ci-files.ts'
import type { AuditCheck, AuditEvidence, AuditFound } from './evidence.ts'
import { fewNames, moduleNames } from './used-modules.ts'

export const sumChecks: readonly AuditCheck[] = [
  { id: 'MG0911', group: 'Verification', claim: 'Every module that requires others has a go.sum', find: missing },
  {
    id: 'MG0913',
    group: 'Verification',
    claim: 'Nothing keeps go.sum out of the repository or of images',
    find: ignored,
  },
  { id: 'MG0914', group: 'CI', claim: 'No build removes go.sum or writes it anew', find: rewritten },
  { id: 'MG0915', group: 'CI', claim: 'Images have go.sum before they download modules', find: halfCopied },
  { id: 'MG0916', group: 'Toolchain', claim: 'go.sum says nothing about toolchains', find: eachSum(toolchainLines) },
  { id: 'MG0917', group: 'Verification', claim: 'go.sum has one hash for each file', find: eachSum(contradictions) },
  { id: 'MG0918', group: 'Verification', claim: 'go.mod and go.sum can be read', find: unreadable },
]

function missing({ repository, used }: AuditEvidence): readonly AuditFound[] {
  return repository.modules.flatMap((module) => {
    const file = besideMod(module, 'go.mod')
    const names = moduleNames(used.filter((one) => one.file === file && !one.pinned && !one.modPinned))
    // With a vendor directory the go command reads the sources from there.
    if (module.hasSum || names.length === 0) return []
    return [
      {
        severity: module.vendored === undefined ? 'problem' : 'warning',
        title: `no go.sum beside ${file}: what a new machine downloads is compared with no hash of yours`,
        detail: `It requires ${fewNames(names)}.`,
        evidence: [{ place: file, line: 1 }],
        fix: { words: 'Make it and commit it.', commands: ['go mod tidy', `git add ${besideMod(module, 'go.sum')}`] },
        modules: names,
      },
    ]
  })
}

function ignored({ repository }: AuditEvidence): readonly AuditFound[] {
  if (repository.modules.length === 0) return []
  return repository.ignored.map(({ file, line, text }) => {
    const isImage = file.endsWith('.dockerignore')
    return {
      severity: 'problem',
      title: isImage ? `${file} keeps go.sum out of images` : `${file} keeps go.sum out of the repository`,
      detail: isImage
        ? 'The build in the image has no hashes to compare with.'
        : 'Everybody else, and every CI run, starts without hashes to compare with.',
      evidence: [{ place: file, line, text }],
      fix: { words: 'Remove the line; go.sum is meant to be shared.' },
      limits: 'a file that was added before the line was written is kept by git all the same',
    }
  })
}

function rewritten({ repository }: AuditEvidence): readonly AuditFound[] {
  return repository.scans.filter(({ file }) => settingsFile(file)?.automatic).flatMap(rewrites)
}

function rewrites({ commands }: Scan): readonly AuditFound[] {
  const compares = commands.some(({ kind }) => kind === 'compares')
  const evidence = ({ file, line, text }: NotedCommand) => ({ place: file, line, text })
  const removals = commands
    .filter(({ kind }) => kind === 'removes-go-sum')
    .map((command): AuditFound => ({
      severity: 'problem',
      title: 'go.sum is removed before modules are fetched: all that it protects from is let in',
      evidence: [evidence(command)],
      fix: {
        words: 'Leave it; where it is wrong, find out why.',
        commands: ['modgate explain --mismatch MODULE@VERSION'],
      },
    }))
  const writing = commands.filter(({ kind }) => kind === 'rewrites-go-sum')
  if (writing.length === 0 || compares) return removals
  return [
    ...removals,
    {
      severity: 'note',
      title: 'an automatic run may add lines to go.mod or go.sum, and nobody sees which',
      evidence: writing.slice(0, 4).map(evidence),
      fix: { words: 'Fail where something would change, instead.', commands: ['go mod tidy -diff'] },
    },
  ]
}

function halfCopied({ repository }: AuditEvidence): readonly AuditFound[] {
  return repository.scans.flatMap(({ file, halfCopies }) =>
    halfCopies.map(({ line, text }) => ({
      severity: 'problem',
      title: 'the image downloads modules before it has go.sum: nothing is compared with',
      evidence: [{ place: file, line, text }],
      fix: { words: 'Copy both files.', commands: ['COPY go.mod go.sum ./'] },
    })),
  )
}

/** Runs a check on each go.sum. */
function eachSum(check: (file: string, sum: readonly SumEntry[]) => readonly AuditFound[]): AuditCheck['find'] {
  return ({ repository }) => {
    const readable = repository.modules.filter(
      (module): module is RepositoryModule & { sum: readonly SumEntry[] } => !!module.sum,
    )
    return readable.flatMap((module) => check(besideMod(module, 'go.sum'), module.sum))
  }
}

function toolchainLines(file: string, sum: readonly SumEntry[]): readonly AuditFound[] {
  const lines = sum.filter(({ path }) => path === 'golang.org/toolchain' || path.startsWith('golang.org/fips140'))
  if (lines.length === 0) return []
  return [
    {
      severity: 'problem',
      title: `${file} names a Go toolchain: go before 1.26.9 and 1.27.2 believes such a line instead of the checksum database`,
      detail: 'No go command writes such a line into the go.sum of a project.',
      evidence: lines.slice(0, 4).map(({ path, version, line }) => ({ place: file, line, text: `${path} ${version}` })),
      fix: { words: 'Find out who added it, remove it, and update go.' },
    },
  ]
}

function contradictions(file: string, sum: readonly SumEntry[]): readonly AuditFound[] {
  const first = new Map<string, SumEntry>()
  const found: AuditFound[] = []
  for (const entry of sum) {
    const key = `${entry.path} ${entry.version}${entry.goMod ? '/go.mod' : ''}`
    const other = first.get(key)
    if (other === undefined) first.set(key, entry)
    else if (other.h1 !== entry.h1 && entry.h1.startsWith('h1:')) found.push(contradiction(file, key, [other, entry]))
  }
  return found.slice(0, 20)
}

function contradiction(file: string, key: string, both: readonly SumEntry[]): AuditFound {
  return {
    severity: 'problem',
    title: `${file} has two hashes for ${key}: one of them is wrong`,
    detail:
      'The go command compares with the first that it meets; a merge of two branches, or a moved tag, leaves such a pair.',
    evidence: both.map(({ line, h1 }) => ({ place: file, line, text: h1 })),
    fix: {
      words: 'Ask the checksum database which one is right, and remove the other.',
      commands: [`modgate explain --mismatch ${key.replace('/go.mod', '').replace(' ', '@')}`],
    },
    modules: [key.replace('/go.mod', '').replace(' ', '@')],
  }
}

function unreadable({ repository }: AuditEvidence): readonly AuditFound[] {
  return repository.modules.flatMap(({ problems }) =>
    problems.map(({ file, why }) => ({
      severity: 'problem',
      title: `${file} cannot be read: ${why.split('\n').slice(0, 2).join(' ')}`,
      evidence: [{ place: file, line: 1 }],
      fix: { words: 'Correct the line; every go command stops at it.' },
    })),
  )
}
