// `modgate ci-env` on real git repositories, and the CI files that call it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { generateKey } from '@modgate/gomod/note'
import { patternsOfRepository } from 'modgate/ci-env'
import { parse } from 'yaml'
import { requireComponent } from './harness/components.ts'
import { modgate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

const secret = 'glpat-s3cretS3cret'
const run = promisify(execFile)

interface Checkout {
  readonly home: string
  readonly directory: string
  git(...args: readonly string[]): Promise<void>
  modgate(
    args: readonly string[],
    env?: Record<string, string>,
  ): Promise<{ code: number; stdout: string; stderr: string }>
}

async function checkout(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<Checkout> {
  const home = await temporaryDirectory(t)
  const directory = join(home, 'checkout')
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home, GIT_CONFIG_NOSYSTEM: '1' }
  await mkdir(directory)
  await writeFiles(directory, files)
  const git = async (...args: readonly string[]) => {
    await run('git', ['-C', directory, ...args], { env })
  }
  await git('init', '--quiet')
  return {
    home,
    directory,
    git,
    modgate: async (args, more = {}) => {
      const ended = await ownProcess(t, [...modgate, ...args], { cwd: directory, env: { ...env, ...more } }).ended
      return { code: Number(ended.code), stdout: ended.stdout, stderr: ended.stderr }
    },
  }
}

test('patterns come from remotes in every form, rewritten ones, submodules and go.mod, and no token is shown', async (t) => {
  if ((await requireComponent(t, 'git')) === undefined) return
  const repository = await checkout(t, {
    'go.mod': 'module go.corp.example/app\n\ngo 1.20\n\nrequire git.corp.example/platform/log v1.0.0\n',
    'tools/go.mod': 'module git.corp.example/team/app/tools\n',
    'testdata/go.mod': 'module evil.example/x\n',
    '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ../../design/lib.git\n',
  })
  await repository.git('remote', 'add', 'origin', `https://oauth2:${secret}@git.corp.example:8443/team/app.git`)
  await repository.git('remote', 'add', 'fork', 'ssh://git@forge.corp.example:2222/me/app.git')
  await repository.git('remote', 'add', 'hub', 'git@github.com:acme/app.git')
  await repository.git('remote', 'add', 'alias', 'corp:team/app')
  await repository.git('config', `url.https://x:${secret}@mirror.corp.example/.insteadOf`, 'corp:')
  const { code, stdout, stderr } = await repository.modgate(['ci-env'])
  assert.equal(code, 0, stderr)
  const patterns = [
    'git.corp.example/team',
    'forge.corp.example/me',
    'github.com/acme',
    'mirror.corp.example/team',
    'git.corp.example/design',
    'go.corp.example/app',
    'git.corp.example/platform',
  ]
  assert.equal(stdout, `export GOPRIVATE=${patterns.join(',')}\n`)
  assert.match(stderr, /git\.corp\.example\/team: from remote origin/)
  const json = await repository.modgate(['ci-env', '--json'])
  assert.deepEqual((JSON.parse(json.stdout) as { variables: object }).variables, { GOPRIVATE: patterns.join(',') })
  assert.doesNotMatch(stdout + stderr + json.stdout + json.stderr, /s3cret/)
})

test('whole hosts are private where that is asked for, a public forge never', async (t) => {
  if ((await requireComponent(t, 'git')) === undefined) return
  const repository = await checkout(t)
  await repository.git('remote', 'add', 'origin', 'git@git.corp.example:team/app.git')
  await repository.git('remote', 'add', 'hub', 'https://github.com/acme/app')
  const { stdout, stderr } = await repository.modgate(['ci-env', '--host'])
  assert.equal(stdout, 'export GOPRIVATE=git.corp.example,github.com/acme\n')
  assert.match(stderr, /github\.com is shared by strangers/)
})

test('what GOPRIVATE is set to is kept, and the CI system decides the form', async (t) => {
  if ((await requireComponent(t, 'git')) === undefined) return
  const repository = await checkout(t)
  await repository.git('remote', 'add', 'origin', 'git@git.corp.example:team/app.git')
  const rows: readonly [environment: Record<string, string>, line: string][] = [
    [{ GITHUB_ACTIONS: 'true' }, 'GOPRIVATE=old.example,git.corp.example/team'],
    [{ TF_BUILD: 'True' }, '##vso[task.setvariable variable=GOPRIVATE]old.example,git.corp.example/team'],
    [{ JENKINS_URL: 'https://ci.example' }, 'GOPRIVATE=old.example,git.corp.example/team'],
    [{}, 'export GOPRIVATE=old.example,git.corp.example/team'],
  ]
  for (const [environment, line] of rows) {
    const { stdout } = await repository.modgate(['ci-env'], { ...environment, GOPRIVATE: 'old.example' })
    assert.equal(stdout, `${line}\n`)
  }
})

test('behind a gate with a log of its own it says that GOPRIVATE is not wanted', async (t) => {
  if ((await requireComponent(t, 'git')) === undefined) return
  const repository = await checkout(t)
  await repository.git('remote', 'add', 'origin', 'git@git.corp.example:team/app.git')
  const { verifier } = generateKey('gate.example/log')
  const { stderr } = await repository.modgate(['ci-env'], { GOSUMDB: verifier })
  assert.match(
    stderr,
    /warning: GOSUMDB is the log gate\.example\/log: GOPRIVATE would take these modules past the gate/,
  )
  assert.doesNotMatch((await repository.modgate(['ci-env'], { GOSUMDB: 'sum.golang.org' })).stderr, /warning/)
})

test('the same is a function of the package', async (t) => {
  if ((await requireComponent(t, 'git')) === undefined) return
  const repository = await checkout(t)
  await repository.git('remote', 'add', 'origin', 'git@git.corp.example:team/app.git')
  const { patterns } = await patternsOfRepository(repository.directory)
  assert.deepEqual(patterns, [{ pattern: 'git.corp.example/team', from: ['remote origin'] }])
})

test('without anything to go by it fails and says so', async (t) => {
  const repository = await checkout(t)
  const { code, stdout, stderr } = await repository.modgate(['ci-env'])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /no remote, submodule or go\.mod names a host/)
  assert.equal((await repository.modgate(['ci-env', '--dir', 'nowhere'])).code, 2)
})

test('the real go keeps what was derived away from the proxy', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const repository = await checkout(t)
  await repository.git('remote', 'add', 'origin', 'https://git.corp.example/team/app.git')
  const [, patterns = ''] = (await repository.modgate(['ci-env', '--for', 'go.env'])).stdout.trim().split('=')
  const upstream = await corpusUpstream(t)
  const client = await goClient(t, { toolchain, proxy: upstream.url, sumdb: 'off' })
  const environment = { GOPRIVATE: patterns, HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' }
  await client.run(['mod', 'download', 'git.corp.example/team/lib@v1.0.0'], environment)
  assert.equal(upstream.count('*'), 0)
  await client.run(['mod', 'download', 'git.corp.example/others/lib@v1.0.0'], environment)
  assert.notEqual(upstream.count('/git.corp.example/others/lib/*'), 0)
})

/** A directory for PATH whose `modgate` is the one of this working copy. */
async function pathWithModgate(repository: Checkout): Promise<string> {
  const bin = join(repository.home, 'bin')
  const words = modgate.map((word) => `'${word}'`).join(' ')
  await writeFiles(bin, { modgate: `#!/bin/sh\nexec ${words} "$@"\n` })
  await chmod(join(bin, 'modgate'), 0o755)
  return `${bin}:/usr/local/bin:/usr/bin:/bin`
}

const deploy = (file: string) => readFile(join(import.meta.dirname, '../deploy/ci', file), 'utf8')

test('the script of the GitHub action sets the variable and its output', async (t) => {
  if ((await requireComponent(t, 'git')) === undefined) return
  const action = parse(await deploy('github/action.yml')) as { runs: { steps: { run: string; env: object }[] } }
  const [step] = action.runs.steps
  assert.deepEqual(Object.keys(step!.env), ['MODGATE_HOST', 'MODGATE_DIRECTORY', 'MODGATE_VERSION'])
  assert.doesNotMatch(step!.run, /\$\{\{/, 'an expression in a script is a way in')
  const repository = await checkout(t)
  await repository.git('remote', 'add', 'origin', 'git@git.corp.example:team/app.git')
  const [environmentFile, outputFile] = [join(repository.home, 'env'), join(repository.home, 'output')]
  const env = {
    ...{ PATH: await pathWithModgate(repository), HOME: repository.home },
    ...{ GITHUB_ACTIONS: 'true', GITHUB_ENV: environmentFile, GITHUB_OUTPUT: outputFile },
    ...{ MODGATE_HOST: 'true', MODGATE_DIRECTORY: '.', MODGATE_VERSION: 'latest' },
  }
  await run('bash', ['-c', step!.run], { cwd: repository.directory, env })
  assert.equal(await readFile(environmentFile, 'utf8'), 'GOPRIVATE=git.corp.example\n')
  assert.equal(await readFile(outputFile, 'utf8'), 'goprivate=git.corp.example\n')
  const nowhere = dirname(repository.directory)
  await assert.rejects(run('bash', ['-c', step!.run], { cwd: nowhere, env }), /no remote, submodule or go\.mod/)
})

test('the script of the GitLab include sets the variable for the job, or ends it', async (t) => {
  if ((await requireComponent(t, 'git')) === undefined) return
  const include = parse(await deploy('gitlab/modgate.gitlab-ci.yml')) as {
    '.modgate-ci-env': { variables: Record<string, string>; before_script: string[] }
  }
  const job = include['.modgate-ci-env']
  const repository = await checkout(t)
  const env = { PATH: await pathWithModgate(repository), HOME: repository.home, ...job.variables }
  const script = [...job.before_script, 'sh -c \'printf %s "$GOPRIVATE"\''].join('\n')
  const start = () =>
    run('sh', ['-e', '-c', script], { cwd: repository.directory, env: { ...env, CI_PROJECT_URL: '' } })
  await assert.rejects(start(), /no remote, submodule or go\.mod/)
  await repository.git('remote', 'add', 'origin', `https://gitlab-ci-token:${secret}@git.corp.example/team/app.git`)
  const { stdout, stderr } = await start()
  assert.match(stdout, /git\.corp\.example\/team$/)
  assert.doesNotMatch(stdout + stderr, /s3cret/)
})
