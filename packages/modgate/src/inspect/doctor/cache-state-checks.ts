/** Is the cache as a whole in order: its remains, its space, and what it knows of the checksum database? */

import { counted } from '../../core/counted.ts'
import type { CacheEvidence } from '../evidence/module-cache-evidence.ts'
import type { Check, Found } from '../finding.ts'
import { quoted, removal } from './cache-removal.ts'
import type { DoctorEvidence } from './evidence.ts'

const littleSpace = 512 * 1024 * 1024

export const cacheStateChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0604',
    group: 'Cache',
    claim: 'nothing is left of downloads that never ended',
    explanation:
      'A go command that is killed leaves temporary files and .partial marks behind. They do no harm; the next one that needs the version clears them away.',
    find: ({ cache }) => cache && leftovers(cache),
  },
  {
    id: 'MG0606',
    group: 'Cache',
    claim: 'there is room for more modules',
    explanation:
      'A full disk leaves cut files behind. Half a gigabyte is what one large module may need to be fetched and unpacked.',
    find: ({ cache }) => cache && space(cache),
  },
  {
    id: 'MG0611',
    group: 'Cache',
    claim: 'the pinned tree head is one of the checksum database in GOSUMDB',
    explanation:
      'The newest tree head that was seen is kept in GOPATH/pkg/sumdb, for ever: it is what shows that a database was rolled back. One that cannot be read, or that another key ' +
      'signed, stops every question to the database. `go clean -modcache` leaves it alone.',
    find: ({ cache }) => cache && pinnedHead(cache),
  },
  {
    id: 'MG0612',
    group: 'Cache',
    claim: 'the checksum database has at least as many records as the pinned head says',
    explanation:
      'A database only grows. One that has fewer records than this machine has seen is behind, was set up anew under the same key, or shows a different history.',
    find: pinnedAhead,
  },
  {
    id: 'MG0613',
    group: 'Cache',
    claim: 'cached records of the checksum database are whole',
    explanation:
      'Records and tiles are cached in GOMODCACHE/cache/download/sumdb. A damaged record is not asked for again: the go command stops at it until the file is gone.',
    find: ({ cache }) => cache && records(cache),
  },
]

function leftovers(cache: CacheEvidence): readonly Found[] {
  if (cache.leftovers.length === 0) return []
  return [
    {
      severity: 'note',
      title: `${counted(cache.leftovers.length, 'file')} ${cache.leftovers.length === 1 ? 'is' : 'are'} left of downloads that never ended`,
      evidence: cache.leftovers.slice(0, 3).map((place) => ({ place })),
      fix: removal('Remove them; nothing needs them.', cache.leftovers, cache),
      limits: 'that no go command of another machine is at work on a shared cache',
    },
  ]
}

function space({ directory, freeBytes }: CacheEvidence): readonly Found[] {
  if (freeBytes === undefined || freeBytes >= littleSpace) return []
  return [
    {
      severity: 'warning',
      title: `${directory} has only ${Math.floor(freeBytes / 1024 / 1024)} MiB left`,
      evidence: [{ place: directory, text: `${freeBytes} bytes free` }],
      fix: {
        words: 'Make room on this disk, or set GOMODCACHE to a directory on another one.',
        commands: [`df -h ${quoted(directory)}`],
      },
    },
  ]
}

function pinnedHead(cache: CacheEvidence): readonly Found[] {
  const { pinned } = cache
  if (!pinned?.fault) return []
  const isOther = pinned.fault.kind === 'other-key'
  return [
    {
      severity: 'problem',
      title: isOther
        ? `the pinned tree head of ${pinned.name} is signed by another key than the one in GOSUMDB`
        : `the pinned tree head of ${pinned.name} cannot be used: ${pinned.fault.message}`,
      detail: 'The go command stops at it whenever it asks the database.',
      evidence: [{ place: pinned.file, text: pinned.fault.message }],
      fix: {
        words: isOther
          ? 'If the database was set up anew under a new key, as its makers say, move the file away; if nobody says so, correct GOSUMDB.'
          : 'Move the file away; the next question to the database pins its head anew.',
        commands: [
          cache.platform === 'win32'
            ? `move "${pinned.file}" "${pinned.file}.old"`
            : `mv ${quoted(pinned.file)} ${quoted(`${pinned.file}.old`)}`,
        ],
      },
      limits: 'that the database is honest: a moved file forgets what was seen',
    },
  ]
}

function pinnedAhead({ cache, network }: DoctorEvidence): readonly Found[] | undefined {
  const size = cache?.pinned?.size
  const heads = network?.places.flatMap(({ name, answers }) =>
    answers.flatMap(({ thing, treeSize }) => (thing === 'head' && treeSize !== undefined ? [{ name, treeSize }] : [])),
  )
  if (size === undefined || heads === undefined || heads.length === 0) return undefined
  return heads
    .filter(({ treeSize }) => treeSize < size)
    .map(({ name, treeSize }) => ({
      severity: 'warning',
      title: `the pinned head has ${counted(size, 'record')}, and ${name} answers ${treeSize}`,
      evidence: [
        { place: cache!.pinned!.file, text: counted(size, 'record') },
        { place: name, text: counted(treeSize, 'record') },
      ],
      fix: { words: 'Ask again later; if it stays so, ask who runs the place whether the database was set up anew.' },
      limits: 'that it is more than a cache that lags behind',
    }))
}

function records(cache: CacheEvidence): readonly Found[] {
  const { damagedRecords } = cache
  if (damagedRecords.length === 0) return []
  return [
    {
      severity: 'problem',
      title: `${counted(damagedRecords.length, 'cached file')} of the checksum database cannot be what it sent`,
      evidence: damagedRecords.slice(0, 5).map(({ file, message }) => ({ place: file, text: message })),
      fix: removal(
        'Remove them; they are asked for again.',
        damagedRecords.map(({ file }) => file),
        cache,
      ),
    },
  ]
}
