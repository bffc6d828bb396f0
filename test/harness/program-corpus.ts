/**
 * Repositories that exercise the rules by which Go makes versions and zips of what hg and fossil keep. The rules of modules themselves
 * are exercised by the corpus of git. What is right is not written down here: the real go says it.
 */

import type { WorkingBuilder } from './hg-repository.ts'

export interface ProgramRepository {
  readonly name: string
  /** Paths of modules in it, and of some that are none, below the root. */
  readonly modules: readonly string[]
  /** Queries beyond tags, branches and commits. */
  readonly queries?: readonly string[]
  readonly steps: (root: string, builder: WorkingBuilder) => void
}

const goMod = (path: string, rest = '') => `module ${path}\n\ngo 1.20\n${rest}`
const source = (name: string) => `package ${name}\n\nconst Name = "${name}"\n`

/** Tags, branches, retracted versions, a directory with a module and its tags. */
const plain: ProgramRepository = {
  name: 'plain',
  modules: ['', '/sub', '/v2'],
  queries: ['nosuch', 'v1.0.0+incompatible'],
  steps(root, r) {
    r.commit({ 'plain.go': source('plain') })
    r.commit({ 'go.mod': goMod(root), LICENSE: 'of all\n' })
    r.tag('v1.0.0', 'release')
    r.commit({ 'sub/go.mod': goMod(`${root}/sub`), 'sub/s.go': source('s') })
    r.tag('sub/v0.1.0')
    r.branch('dev')
    r.commit({ 'c.go': source('c') })
    r.tag('v1.2.0-rc.1')
    r.commit({ 'd.go': source('d'), 'sub/d.go': source('d') })
    r.branch('two')
    r.commit({ 'go.mod': goMod(`${root}/v2`) })
    r.tag('v2.0.0')
    r.commit({ 'e.go': source('e') })
    r.branch('dev')
    r.commit({ 'go.mod': goMod(root, 'retract v1.3.0\n') })
    r.tag('v1.3.0')
    r.commit({ 'f.go': source('f') })
  },
}

/** Versions from before modules, and a later one in a directory of its own. */
const legacy: ProgramRepository = {
  name: 'legacy',
  modules: [''],
  queries: ['v2.0.0+incompatible'],
  steps(root, r) {
    r.commit({ 'legacy.go': source('legacy') })
    r.tag('v1.0.0')
    r.commit({ 'a.go': source('a') })
    r.tag('v2.0.0', 'v2.1.0+meta')
    r.commit({ 'v3/go.mod': goMod(`${root}/v3`), 'v3/x.go': source('x') })
    r.tag('v3.0.0')
    r.commit({ 'b.go': source('b') })
  },
}

/** What is left out of a zip, and what programs would do to it elsewhere. */
const files: ProgramRepository = {
  name: 'files',
  modules: ['', '/inner'],
  steps(root, r) {
    r.commit({
      'go.mod': goMod(root),
      'empty.txt': '',
      'crlf.txt': 'a\r\nb\r\n',
      'id.txt': '$Id$ $Revision$\n',
      'run.sh': { program: '#!/bin/sh\n' },
      'link.go': { link: 'files.go' },
      'files.go': source('files'),
      '.hidden/x': 'x\n',
      'größe.txt': 'ü\n',
      'with space.txt': ' \n',
      [`long/${'d'.repeat(90)}/${'e'.repeat(90)}/f.txt`]: 'long\n',
      'large.txt': Array.from({ length: 100_000 }, (_, at) => `${at}\n`).join(''),
      'bytes.bin': Buffer.from([0, 255, 13, 10, 26, 0]),
      'vendor/x.example/y/y.go': source('y'),
      '.hg_archival.txt': 'x\n',
      '.hgeol': '[patterns]\n** = CRLF\n',
      'inner/go.mod': goMod(`${root}/inner`),
      'inner/i.go': source('i'),
      'innermost/n.go': source('n'),
    })
    r.tag('v1.0.0', 'inner/v1.0.0')
    r.commit({ 'inner/LICENSE': 'of inner\n', LICENSE: 'of all\n', 'link.go': null })
    r.tag('v1.1.0', 'inner/v1.1.0')
  },
}

export const hgCorpus: readonly ProgramRepository[] = [plain, legacy, files]
