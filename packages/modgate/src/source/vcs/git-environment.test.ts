import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gitEnvironment } from './git-environment.ts'
import { userGitEnvironment } from './git-user-environment.ts'

const world = {
  inherited: { PATH: '/bin', HOME: '/root', GIT_SSH_COMMAND: 'evil', GIT_CONFIG_COUNT: '9', https_proxy: 'http://p' },
  protocols: ['https', 'ssh'],
  home: '/nothing',
  owner: '/spool/host-1-2-3',
} as const

const configOf = (environment: Readonly<Record<string, string>>) =>
  Array.from({ length: Number(environment['GIT_CONFIG_COUNT']) }, (_, at) => [
    environment[`GIT_CONFIG_KEY_${at}`],
    environment[`GIT_CONFIG_VALUE_${at}`],
  ])

test('of the environment of the gate only what finds programs and the way out goes through', () => {
  const environment = gitEnvironment(world, '/x', {})
  assert.deepEqual(
    [environment['PATH'], environment['https_proxy'], environment['HOME']],
    ['/bin', 'http://p', '/nothing'],
  )
  assert.match(environment['GIT_SSH_COMMAND']!, /^ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=yes /)
  assert.equal(environment['GIT_ALLOW_PROTOCOL'], 'https:ssh')
})

test('without access no protocol is allowed', () => {
  assert.equal(gitEnvironment(world, '/x')['GIT_ALLOW_PROTOCOL'], '')
})

test('settings of the caller come last, so that they win, and all of them are numbered', () => {
  const config = configOf(gitEnvironment(world, '/x', { config: [['http.followRedirects', 'initial']] }))
  assert.deepEqual(config.at(-1), ['http.followRedirects', 'initial'])
  assert.ok(config.every(([key, value]) => key !== undefined && value !== undefined))
  assert.ok(config.some(([key, value]) => key === 'core.hooksPath' && value === '/dev/null'))
})

test('a user keeps the configuration of his environment, and what a mirror needs stands behind it', () => {
  const inherited = {
    ...{ HOME: '/home/u', GIT_SSH_COMMAND: 'ssh -J jump', GIT_TERMINAL_PROMPT: '1', GIT_DIR: '/elsewhere/.git' },
    ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'url.https://in.example/.insteadOf', GIT_CONFIG_VALUE_0: 'ssh://x/' },
  }
  const environmentOf = userGitEnvironment({ ...world, inherited })
  const environment = environmentOf('/x', { config: [['remote.origin.url', 'ssh://x/lib']] })
  const { HOME, GIT_SSH_COMMAND, GIT_TERMINAL_PROMPT, GIT_DIR, GIT_ALLOW_PROTOCOL } = environment
  assert.deepEqual(
    [HOME, GIT_SSH_COMMAND, GIT_TERMINAL_PROMPT, GIT_DIR, GIT_ALLOW_PROTOCOL],
    ['/home/u', 'ssh -J jump', '1', '/x', undefined],
  )
  const config = configOf(environment)
  assert.deepEqual(config[0], ['url.https://in.example/.insteadOf', 'ssh://x/'])
  assert.deepEqual(config.at(-1), ['remote.origin.url', 'ssh://x/lib'])
  assert.ok(config.every(([key, value]) => key !== undefined && value !== undefined))
  assert.equal(environmentOf('/x', {})['GIT_TERMINAL_PROMPT'], '1')
  assert.equal(userGitEnvironment(world)('/x', {})['GIT_TERMINAL_PROMPT'], '0')
})

test('what reads a mirror is not configured by its user', () => {
  const inherited = {
    HOME: '/home/u',
    PATH: '/bin',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'a.b',
    GIT_CONFIG_VALUE_0: 'c',
  }
  assert.deepEqual(userGitEnvironment({ ...world, inherited })('/x'), gitEnvironment({ ...world, inherited }, '/x'))
})
