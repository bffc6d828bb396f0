/** Is each module version of the cache still what was downloaded? */

import type { CacheEntry, CacheEvidence } from '../evidence/module-cache-evidence.ts'
import type { Check, Evidence, Found } from '../finding.ts'
import { quoted, removal, zipFilesOf } from './cache-removal.ts'
import type { DoctorEvidence } from './evidence.ts'

/** A `find` over the entries of the cache: undefined where it was not read. */
function overEntries(
  find: (entry: CacheEntry, cache: CacheEvidence) => readonly Found[],
): Check<DoctorEvidence>['find'] {
  return ({ cache }) => cache?.entries.flatMap((entry) => find(entry, cache))
}

const nameOf = ({ path, version }: CacheEntry) => `${path}@${version}`

export const cacheEntryChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0601',
    group: 'Cache',
    claim: 'every zip in the module cache is the one that was downloaded',
    explanation:
      'Beside each zip the go command keeps its hash in .ziphash. It compares the two only in `go mod verify`: a build believes .ziphash, and unpacks a ' +
      'damaged zip when the unpacked module is missing. Removing the files of this one version is enough; `go clean -modcache` would download everything again.',
    find: overEntries(damagedZip),
  },
  {
    id: 'MG0602',
    group: 'Cache',
    claim: 'the module cache and go.sum agree',
    explanation:
      'go.sum holds what a version hashed to when it was first used here. Where a whole, untouched zip hashes to something else, either it or the line in go.sum is ' +
      'wrong, and only a third opinion decides: the checksum database.',
    find: overEntries(otherThanSum),
  },
  {
    id: 'MG0603',
    group: 'Cache',
    claim: 'unpacked modules are as their zip has them',
    explanation:
      'Builds read the unpacked files and hash none of them. Somebody who edits them, or a tool that does, changes every build of this machine; `go mod verify` tells. ' +
      'With --deep contents are compared, otherwise names and sizes.',
    find: overEntries(otherThanZip),
  },
  {
    id: 'MG0607',
    group: 'Cache',
    claim: 'every zip has its .ziphash, and it is the right one',
    explanation:
      'A missing .ziphash is made anew from the zip when it is needed; `go mod verify` calls it an error. A wrong one makes the go command report a checksum mismatch although ' +
      'the zip is good.',
    find: overEntries(wrongZipHash),
  },
  {
    id: 'MG0608',
    group: 'Cache',
    claim: 'every go.mod in the cache hashes to what go.sum says',
    explanation: 'The .mod file of a version is checked against its own line in go.sum, before the zip is looked at.',
    find: overEntries(otherGoMod),
  },
  {
    id: 'MG0605',
    group: 'Cache',
    claim: 'the go command may read and write the module cache',
    explanation:
      'A cache that another user (often root, in a container or after sudo) has filled cannot be added to. Unpacked modules are read-only by design; GOFLAGS=-modcacherw changes that.',
    find: ({ cache }) => cache && permissions(cache),
  },
]

function damagedZip(entry: CacheEntry, cache: CacheEvidence): readonly Found[] {
  const { zipH1, zipFault, recordedH1, files } = entry
  const hasOther = zipH1 !== undefined && recordedH1 !== undefined && zipH1 !== recordedH1 && !isKnown(entry, zipH1)
  if (zipFault === undefined && !hasOther) return []
  return [
    {
      severity: 'problem',
      title: `${nameOf(entry)}: the zip in the module cache is damaged`,
      detail: 'What is unpacked from it may be damaged, too, so both go.',
      evidence: [
        { place: files.zip!, text: zipFault ?? `hashes to ${zipH1}` },
        ...(recordedH1 === undefined ? [] : [{ place: files.ziphash!, text: recordedH1 }]),
      ],
      fix: removal('Remove the files of this version; the next build downloads them again.', zipFilesOf(entry), cache),
      limits: 'why: a full disk, a crash, bad memory or an edit all look the same',
    },
  ]
}

const isKnown = ({ sumZip }: CacheEntry, h1: string) => sumZip.some((line) => line.h1 === h1)

function otherThanSum(entry: CacheEntry): readonly Found[] {
  const { zipH1, recordedH1, sumZip, files } = entry
  const lines = sumZip.filter(({ h1 }) => h1.startsWith('h1:'))
  if (zipH1 === undefined || (recordedH1 !== undefined && recordedH1 !== zipH1) || lines.length === 0) return []
  if (isKnown(entry, zipH1)) return []
  return [
    {
      severity: 'problem',
      title: `${nameOf(entry)}: go.sum and the module cache disagree`,
      detail:
        'The zip is whole, and hashes to something else than the line in go.sum. The go command stops with SECURITY ERROR.',
      evidence: [{ place: files.zip!, text: zipH1 }, ...lines.map(sumProof)],
      fix: {
        words: 'Find out who is right before you change anything.',
        commands: [`modgate explain --mismatch ${nameOf(entry)}`],
      },
      limits: 'which of the two is wrong: without the checksum database that cannot be said',
    },
  ]
}

function sumProof({ file, line, h1 }: CacheEntry['sumZip'][number]): Evidence {
  return { place: file, line, text: h1 }
}

function otherThanZip(entry: CacheEntry, cache: CacheEvidence): readonly Found[] {
  const { directoryFaults, files, zipH1, recordedH1 } = entry
  if (directoryFaults.length === 0 || (recordedH1 !== undefined && zipH1 !== recordedH1)) return []
  return [
    {
      severity: 'problem',
      title: `${nameOf(entry)}: the unpacked files are not those of the zip`,
      detail: 'Every build on this machine uses the changed files, without a word.',
      evidence: directoryFaults.map((text) => ({ place: files.directory!, text })),
      fix: removal(
        'Remove the unpacked module; it is unpacked again from the zip, without a download.',
        [files.directory!],
        cache,
      ),
      limits: 'who changed them',
    },
  ]
}

function wrongZipHash(entry: CacheEntry, cache: CacheEvidence): readonly Found[] {
  const { zipH1, recordedH1, files } = entry
  if (zipH1 === undefined) return []
  if (recordedH1 === undefined) {
    return [
      {
        severity: 'note',
        title: `${nameOf(entry)}: the zip has no .ziphash`,
        detail: '`go mod verify` fails over it; a build makes it anew when it needs the zip.',
        evidence: [{ place: files.zip! }],
        fix: removal('Remove the files of this version; the next build makes them anew.', zipFilesOf(entry), cache),
      },
    ]
  }
  if (zipH1 === recordedH1 || !isKnown(entry, zipH1)) return []
  return [
    {
      severity: 'problem',
      title: `${nameOf(entry)}: .ziphash does not belong to the zip`,
      detail: 'The zip is the one that go.sum knows; the note beside it is wrong.',
      evidence: [
        { place: files.ziphash!, text: recordedH1 },
        { place: files.zip!, text: zipH1 },
      ],
      fix: removal('Remove the note; the go command makes it anew from the zip.', [files.ziphash!], cache),
    },
  ]
}

function otherGoMod(entry: CacheEntry, cache: CacheEvidence): readonly Found[] {
  const { modH1, sumMod, files } = entry
  const lines = sumMod.filter(({ h1 }) => h1.startsWith('h1:'))
  if (modH1 === undefined || lines.length === 0 || lines.some(({ h1 }) => h1 === modH1)) return []
  return [
    {
      severity: 'problem',
      title: `${nameOf(entry)}: the cached go.mod is not the one of go.sum`,
      detail: 'The go command stops with a checksum mismatch for the /go.mod line.',
      evidence: [{ place: files.mod!, text: modH1 }, ...lines.map(sumProof)],
      fix: removal(
        'Remove the cached go.mod; if it comes again with the same hash, the line in go.sum is in question.',
        [files.mod!],
        cache,
      ),
      limits: 'which of the two is wrong: `modgate explain --mismatch` asks the checksum database',
    },
  ]
}

function permissions({ directory, unreadable, readOnly, foreign, entries }: CacheEvidence): readonly Found[] {
  const closed = entries.filter((entry) => entry.unreadable !== undefined)
  const evidence: readonly Evidence[] = [
    ...(unreadable === undefined ? [] : [{ place: directory, text: unreadable }]),
    ...(readOnly === undefined ? [] : [{ place: directory, text: readOnly }]),
    ...closed.slice(0, 3).map((entry) => ({ place: nameOf(entry), text: entry.unreadable! })),
    ...foreign.slice(0, 3).map((place) => ({ place, text: 'belongs to another user' })),
  ]
  if (evidence.length === 0) return []
  const isBlocked = unreadable !== undefined || readOnly !== undefined || closed.length > 0
  return [
    {
      severity: isBlocked ? 'problem' : 'warning',
      title: isBlocked
        ? `${directory}: the go command cannot use all of the module cache`
        : `${directory} has files of another user`,
      evidence,
      fix: {
        words: 'Give the cache back to the user who builds, or set GOMODCACHE to a directory of their own.',
        commands: [`sudo chown -R "$(id -u)" ${quoted(directory)}`],
      },
    },
  ]
}
