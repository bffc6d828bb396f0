import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goenvFilePath, parseGoEnvFile } from './env-file.ts'
import { resolveSettings } from './settings.ts'

test('a settings file is read line by line, and the last line of a name wins', () => {
  const text = [
    '# GOPROXY=comment',
    'GOPROXY=a',
    '',
    ' GOSUMDB=indented',
    '=x',
    'junk',
    'GOPROXY=b=c ',
    'GOX=',
    'GOY=1\r',
  ]
  assert.deepEqual(
    [...parseGoEnvFile(text.join('\n'))],
    [
      ['GOPROXY', 'b=c '],
      ['GOX', ''],
      ['GOY', '1\r'],
    ],
  )
  assert.equal(parseGoEnvFile('').size, 0)
})

const builtIn = { GOPROXY: 'built', GOPRIVATE: '', GONOPROXY: '', GONOSUMDB: '' }
const gorootFile = '# defaults\nGOPROXY=shipped\n'

test('the environment outranks the file of go env -w, that one $GOROOT/go.env, and this the built-in default', () => {
  const rows = [
    [{ environment: { GOPROXY: 'exported' }, goenvFile: 'GOPROXY=written', gorootFile }, 'exported', 'environment'],
    [{ environment: { GOPROXY: '' }, goenvFile: 'GOPROXY=written', gorootFile }, 'written', 'go-env-file'],
    [{ environment: {}, goenvFile: undefined, gorootFile }, 'shipped', 'goroot-file'],
    [{ environment: {}, goenvFile: 'GOPROXY=', gorootFile }, 'built', 'built-in'],
    [{ environment: {} }, 'built', 'built-in'],
  ] as const
  for (const [sources, value, origin] of rows) {
    assert.deepEqual(resolveSettings({ ...sources, builtIn }).GOPROXY, { value, origin })
  }
})

test('GOPRIVATE is the default of GONOPROXY and GONOSUMDB, and an empty value is none', () => {
  const environment = { GONOPROXY: '', GONOSUMDB: 'none' }
  const settings = resolveSettings({ environment, goenvFile: 'GOPRIVATE=corp.example', builtIn })
  assert.deepEqual(settings.GONOPROXY, { value: 'corp.example', origin: 'go-env-file', inheritedFrom: 'GOPRIVATE' })
  assert.deepEqual(settings.GONOSUMDB, { value: 'none', origin: 'environment' })
  assert.deepEqual(resolveSettings({ environment: {}, builtIn }).GONOPROXY, { value: '', origin: 'built-in' })
})

test('the file of go env -w lies where Go looks for it', () => {
  const rows: readonly [
    platform: string,
    environment: Record<string, string>,
    path: string | undefined,
    reason?: string,
  ][] = [
    ['linux', { HOME: '/home/u' }, '/home/u/.config/go/env'],
    ['linux', { HOME: '/home/u', XDG_CONFIG_HOME: '/cfg/' }, '/cfg/go/env'],
    ['linux', { HOME: '/home/u', XDG_CONFIG_HOME: 'cfg' }, undefined, 'path in $XDG_CONFIG_HOME is relative'],
    ['linux', { HOME: '' }, undefined, 'neither $XDG_CONFIG_HOME nor $HOME are defined'],
    ['darwin', { HOME: '/Users/u', XDG_CONFIG_HOME: '/cfg' }, '/Users/u/Library/Application Support/go/env'],
    ['darwin', {}, undefined, '$HOME is not defined'],
    ['win32', { APPDATA: 'C:\\Users\\u\\AppData\\Roaming' }, 'C:\\Users\\u\\AppData\\Roaming\\go\\env'],
    ['win32', { HOME: '/home/u' }, undefined, '%AppData% is not defined'],
    ['linux', { HOME: '/home/u', GOENV: 'off' }, undefined, 'GOENV=off'],
  ]
  for (const [platform, environment, path, reason] of rows) {
    const expected = path === undefined ? { kind: 'none', reason } : { kind: 'file', path, chosen: false }
    assert.deepEqual(goenvFilePath({ platform, environment }), expected)
  }
  const chosen = goenvFilePath({ platform: 'linux', environment: { GOENV: '/etc/go-env', HOME: '/home/u' } })
  assert.deepEqual(chosen, { kind: 'file', path: '/etc/go-env', chosen: true })
})
