/** A few rows for tests, so that they do not change with the catalogue. */

import type { KnownError } from '../known-error.ts'

const row = (given: Pick<KnownError, 'id' | 'title' | 'literal' | 'pattern'> & Partial<KnownError>): KnownError => ({
  cause: 'because of {host}',
  fix: ['mend it'],
  proof: 'modgate doctor',
  versions: 'all',
  sample: '',
  ...given,
})

export const testRows: readonly KnownError[] = [
  row({
    id: 'MG1001',
    title: '{status} from a module proxy',
    literal: 'Not Found',
    pattern: /(?<module>[^\s@]+)@(?<version>[^\s:]+): reading (?<url>https?:\/\/\S+): (?<status>404) Not Found/,
    not: 'the module does not exist',
    rank: 'root',
  }),
  row({
    id: 'MG1047',
    title: 'the database does not know the module',
    literal: '/lookup/',
    pattern: /reading (?<url>\S+\/lookup\/\S+): 404 Not Found/,
    precedence: 10,
    rank: 'root',
  }),
  row({
    id: 'MG1008',
    title: 'no such host {host}',
    literal: 'no such host',
    pattern: /Get "(?<url>[^"]+)": dial tcp: lookup (?<host>\S+).*: no such host/,
    rank: 'root',
  }),
  row({
    id: 'MG1042',
    title: 'the checksum is another one than in go.sum',
    literal: 'checksum mismatch',
    pattern:
      /^verifying (?<module>[^@]+)@(?<version>[^:]+): checksum mismatch\n\s+downloaded: (?<downloaded>\S+)\n\s+go\.sum: +(?<recorded>\S+)/,
    rank: 'root',
  }),
  row({
    id: 'MG1033',
    title: 'the module calls itself {declared}',
    literal: 'module declares its path as:',
    pattern:
      /^go: (?<module>\S+?)@\S+ requires[^]*module declares its path as: (?<declared>\S+)\n\s+but was required as: (?<required>\S+)/,
    rank: 'root',
  }),
  row({
    id: 'MG1052',
    title: 'missing go.sum entry',
    literal: 'missing go.sum entry',
    pattern: /missing go\.sum entry for module providing package (?<package>\S+)/,
    rank: 'consequence',
  }),
]
