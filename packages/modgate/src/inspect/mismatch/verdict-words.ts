/** What each class of mismatch means, and what to do. */

import type { MismatchClass } from './verdict.ts'

export interface VerdictWords {
  /** One line. */
  readonly title: string
  readonly meaning: string
  /** The popular answer that is wrong here. */
  readonly not?: string
  /** In the order to try it. `{module}` is `path@version`, `{path}` and `{version}` are its parts, `{remove}` a command that removes its cached files. */
  readonly fix: readonly string[]
  /** A command that shows whether it helped. */
  readonly proof: string
}

const never = 'GOSUMDB=off does not help: go.sum is compared all the same, and whoever comes next meets it again'
const download = 'go mod download {module}'

export const verdictWords: Readonly<Record<MismatchClass, VerdictWords>> = {
  agreement: {
    title: 'everybody who knows the version says the same',
    meaning: 'Nothing disagrees now. What you saw was a broken transfer, or settings other than those here.',
    fix: ['run the failing command again; with a log, ask: modgate explain build.log'],
    proof: download,
  },
  'too-little': {
    title: 'there is nothing to compare',
    meaning: 'Fewer than two places know a hash of this version, so none can be called wrong.',
    fix: [
      'check the spelling of module and version',
      'let it ask the repository too: modgate explain --mismatch --origin {module}',
    ],
    proof: 'modgate explain {module}',
  },
  'damaged-cache': {
    title: 'the zip in the module cache is damaged',
    meaning:
      'It is not any more what was hashed when it came: a disk, a tool or a broken copy of the cache changed it.',
    not: 'nobody outside did this, and go clean -modcache, which fetches everything again, is more than it takes',
    fix: ['remove this version alone: {remove}'],
    proof: download,
  },
  'edited-directory': {
    title: 'the unpacked directory in the module cache was edited',
    meaning:
      'The zip is whole; somebody or something wrote into the directory that was unpacked from it, and builds use that.',
    fix: ['remove the directory: {remove}', 'to change a dependency on purpose: go mod edit -replace {path}=../copy'],
    proof: 'go mod verify',
  },
  'foreign-cache': {
    title: 'the module cache has the version from another source',
    meaning:
      'What is cached was fetched under other settings (GOPROXY=direct, GOPRIVATE, another proxy), and differs from what is recorded.',
    not: never,
    fix: ['remove this version alone: {remove}'],
    proof: download,
  },
  'edited-go-sum': {
    title: 'the line in go.sum is the one that is wrong',
    meaning:
      'Everybody else agrees. The line was edited, merged wrongly, or written by a machine that fetched from another source.',
    not: never,
    fix: [
      'go get {module}   # after the lines of {path} {version} are removed from go.sum',
      'ask how they came there: git log -S "{path} {version}" -- go.sum',
    ],
    proof: 'go mod verify',
  },
  'zip-rules': {
    title: 'the same files under other rules for zips',
    meaning:
      'No file differs in its content; one side packs files that the other leaves out. The rules depend on the go version that packed it (vendored packages since 1.24), and on tools that are not go.',
    not: 'nobody tampered with the content',
    fix: [
      'have the proxy fetch the version anew with a current go',
      'tell its operator: the zip has to be made as golang.org/x/mod/zip does',
    ],
    proof: download,
  },
  'moved-tag': {
    title: 'the tag was moved after the version was published',
    meaning:
      'The repository has other content under this version now than what was recorded first. Go never accepts that.',
    not: never,
    fix: [
      'use the recorded content: fetch through a proxy that kept it, without GOPRIVATE for this module',
      'ask the author for a new version: a published one cannot be changed',
    ],
    proof: download,
  },
  'lying-proxy': {
    title: 'a proxy gives something else than what is recorded',
    meaning:
      'It rewrites modules, kept a damaged copy, or fetched a tag again that had been moved; --origin tells the last apart.',
    not: never,
    fix: ['take that proxy out of GOPROXY until it is mended', 'report both hashes to its operator'],
    proof: download,
  },
  'two-sources': {
    title: 'go.sum and the source each have a hash of their own',
    meaning:
      'No third place knows the version, so neither can be called wrong. Most often the tag was moved, or go.sum was written by a machine that fetched from elsewhere.',
    not: never,
    fix: [
      'ask the repository too: modgate explain --mismatch --origin {module}',
      'ask who wrote the line: git log -S "{path} {version}" -- go.sum',
    ],
    proof: download,
  },
}
