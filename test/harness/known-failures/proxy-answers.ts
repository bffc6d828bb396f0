import { text } from '../answer.ts'
import * as faults from '../fault.ts'
import type { Fault } from '../fault.ts'
import { storedZip } from '../zip.ts'
import type { KnownFailure } from './scene.ts'

const hello = 'hello.example/hello@v1.0.0'
const base = '{proxy}/hello.example/hello/@v'
const info = `${base}/v1.0.0.info`

/** What a module proxy answers. */
export const proxyAnswers: readonly KnownFailure[] = [
  {
    id: 'MG1001',
    values: { url: `${base}/v1.9.0.info`, module: 'hello.example/hello', version: 'v1.9.0' },
    make: ({ run }) => run('mod download hello.example/hello@v1.9.0'),
  },
  answered('MG1002', faults.status(410, 'not found: gone by request\n'), { url: info }),
  answered('MG1003', faults.status(403, 'blocked by policy\n'), { url: info, module: 'hello.example/hello' }),
  answered('MG1004', faults.status(401, 'a token, please\n'), { url: info }),
  answered('MG1005', faults.status(429, 'slow down\n'), { url: info }),
  answered('MG1006', faults.status(502), { url: info, status: '502 Bad Gateway' }),
  answered('MG1006', faults.status(503, 'overloaded\n'), { url: info, status: '503 Service Unavailable' }),
  answered('MG1143', faults.status(418), { url: info }),
  answered(
    'MG1020',
    faults.redirect((path) => path),
    { url: '/hello.example/hello/@v/v1.0.0.info' },
  ),
  answered('MG1022', faults.html(), { url: '{proxy}', character: '<' }),
  answered('MG1022', faults.content('oops'), { character: 'o' }),
  answered('MG1023', faults.content('{"Version":"v1.1.0"}'), { actual: 'v1.1.0', version: 'v1.0.0' }),
  answered('MG1021', faults.truncated(), { url: `${base}/v1.0.0.zip` }, '*.zip'),
  answered('MG1024', faults.content('no zip'), {}, '*.zip'),
  answered(
    'MG1025',
    faults.content(storedZip([{ name: 'other.example/m@v1.0.0/go.mod', data: Buffer.from('module m\n') }])),
    { module: 'hello.example/hello', file: 'other.example/m@v1.0.0/go.mod' },
    '*.zip',
  ),
  answered(
    'MG1119',
    faults.content(
      storedZip(['A.go', 'a.go'].map((name) => ({ name: `${hello}/${name}`, data: Buffer.from('package a\n') }))),
    ),
    { file: 'a.go' },
    '*.zip',
  ),
  {
    id: 'MG1031',
    values: { module: 'nosuch.example/x', url: '{proxy}/nosuch.example/x/@v/list' },
    make: ({ run }) => run('list -m nosuch.example/x@latest'),
  },
  {
    id: 'MG1029',
    values: { module: 'hello.example/hello', query: 'nosuchbranch' },
    make: ({ run }) => run('list -m hello.example/hello@nosuchbranch'),
  },
  {
    id: 'MG1030',
    values: { module: 'hello.example/hello', query: 'v9' },
    make: ({ run }) => run('list -m hello.example/hello@v9'),
  },
  {
    id: 'MG1034',
    values: { line: '3' },
    make: ({ run, upstream }) => {
      upstream.fault(
        '*.mod',
        faults.changed(() => text(200, 'module hello.example/hello\n\nrequire x\n')),
      )
      return run('get hello.example/hello@v1.0.0', { GOSUMDB: 'off' })
    },
  },
  {
    id: 'MG1145',
    values: { module: 'hello.example/hello', version: 'v1.0.0' },
    make: ({ run, upstream }) => {
      upstream.fault('*.mod', faults.html())
      return run('get hello.example/hello@v1.0.0', { GOSUMDB: 'off' })
    },
  },
  {
    id: 'MG1033',
    values: { declared: 'renamed.example/hello', module: 'hello.example/hello' },
    make: ({ run, upstream }) => {
      upstream.fault(
        '*.mod',
        faults.changed(() => text(200, 'module renamed.example/hello\n')),
      )
      return run('get hello.example/hello@v1.0.0', { GOSUMDB: 'off' })
    },
  },
]

function answered(id: string, fault: Fault, values: Readonly<Record<string, string>>, place = '*.info'): KnownFailure {
  const make: KnownFailure['make'] = ({ run, upstream }) => {
    upstream.fault(place, fault)
    return run(`mod download ${hello}`, { GONOSUMDB: '*' })
  }
  return { id, values, make }
}
