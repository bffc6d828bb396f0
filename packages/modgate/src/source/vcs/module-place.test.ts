import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../core/failure.ts'
import { modulePlace } from './module-place.ts'

type Row = readonly [path: string, root: string, subdirectory: string, place: string]

/** Directory, major version and tag prefix of a module (Go: newCodeRepo). */
const rows: readonly Row[] = [
  ['a.test/r', 'a.test/r', '', '||'],
  ['a.test/r/v2', 'a.test/r', '', '|/v2|'],
  ['a.test/r/sub', 'a.test/r', '', 'sub||sub/'],
  ['a.test/r/sub/v3', 'a.test/r', '', 'sub|/v3|sub/'],
  ['a.test/r/v2', 'a.test/r/v2', '', '|/v2|'],
  ['gopkg.in/y.v2', 'gopkg.in/y.v2', '', '|.v2|'],
  ['gopkg.in/y.v3-unstable', 'gopkg.in/y.v3-unstable', '', '|.v3-unstable|'],
  ['a.test/r', 'a.test/r', 'go/lib', 'go/lib||go/lib/'],
  ['a.test/r/sub/v2', 'a.test/r', 'go/', 'sub/go|/v2|sub/go/'],
]

for (const [path, root, subdirectory, expected] of rows) {
  test(`${path} in the repository of ${root}${subdirectory && ` with ${subdirectory}`} is at ${expected}`, () => {
    const { directory, pathMajor, tagPrefix } = modulePlace(path, { vcs: 'git', url: 'x', root, subdirectory })
    assert.equal(`${directory}|${pathMajor}|${tagPrefix}`, expected)
  })
}

const refused: readonly (readonly [path: string, root: string, subdirectory: string, code: string])[] = [
  ['a.test/other', 'a.test/r', '', 'module-not-found'],
  ['a.test/rest', 'a.test/r', '', 'module-not-found'],
  ['a.test/r/v1', 'a.test/r', '', 'module-not-found'],
  ['a.test/r/v2', 'a.test/r/v2/x', '', 'module-not-found'],
  ['a.test/r', 'a.test/r', '../x', 'origin-refused'],
  ['a.test/r', 'a.test/r', 'a/-b', 'origin-refused'],
  ['a.test/r', 'a.test/r', 'a\nb', 'origin-refused'],
]

for (const [path, root, subdirectory, code] of refused) {
  test(`${path} in the repository of ${root} with ${JSON.stringify(subdirectory)} is refused`, () => {
    assert.throws(
      () => modulePlace(path, { vcs: 'git', url: 'x', root, subdirectory }),
      (error) => error instanceof Failure && error.code === code,
    )
  })
}
