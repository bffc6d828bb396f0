import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FailureCode } from '../../core/failure-codes.ts'
import { Failure } from '../../core/failure.ts'
import { failsWith } from '../test-peers.ts'
import { importTag, someContext, testFinder, testPages, type TestPages } from './test-pages.ts'

const git = 'v.example/lib git https://git.example/lib'
const lib = importTag(git)

// What the real go makes of paths and pages, test/discovery.test.ts has; this is what only a gate has to say.
const failures: readonly (readonly [
  what: string,
  answers: TestPages['answers'],
  code: FailureCode,
  words: RegExp,
])[] = [
  ['a page that is not there', {}, 'module-not-found', /unrecognized import path "v.example\/lib": reading https:\/\/v.example\/lib\?go-get=1: 404/],
  ['a page that is gone', { 'v.example/lib': 410 }, 'module-not-found', /410/],
  ['a page without tags', { 'v.example/lib': '<html>' }, 'module-not-found', /no go-import meta tags \(\)/],
  ['a page for others', { 'v.example/lib': importTag('v.example/x git https://g.example') }, 'module-not-found', /meta tag v.example\/x did not match import path v.example\/lib/],
  ['a page that go cannot read', { 'v.example/lib': '<p <' }, 'module-not-found', /parsing v.example\/lib: XML syntax error on line 1/],
  ['a page behind a login', { 'v.example/lib': 401 }, 'upstream-unauthorized', /401/],
  ['a page that is forbidden', { 'v.example/lib': 403 }, 'upstream-denied', /403/],
  ['a host that has enough', { 'v.example/lib': 429 }, 'upstream-rate-limited', /429/],
  ['a host with a defect', { 'v.example/lib': 500 }, 'upstream-error', /500/],
  ['a host that is away', { 'v.example/lib': 503 }, 'upstream-unavailable', /503/],
  ['a status that nobody knows', { 'v.example/lib': 299 }, 'upstream-error', /299/],
  ['two tags for one prefix', { 'v.example/lib': lib + lib }, 'discovery-invalid', /multiple meta tags match import path "v.example\/lib"/],
  ['a system that nobody knows', { 'v.example/lib': importTag('v.example/lib cvs https://g.example') }, 'discovery-invalid', /unknown vcs "cvs"/],
  ['Bazaar', { 'v.example/lib': importTag('v.example/lib bzr https://g.example') }, 'vcs-unsupported', /bzr is not supported/],
  ['a file as a repository', { 'v.example/lib': importTag('v.example/lib git file:///etc') }, 'discovery-invalid', /invalid repo root "file:\/\/\/etc": file scheme disallowed/],
  ['an option as a repository', { 'v.example/lib': importTag('v.example/lib git -oProxyCommand=x') }, 'discovery-invalid', /invalid repo root "-oProxyCommand=x": no scheme/],
  ['a repository without TLS', { 'v.example/lib': importTag('v.example/lib git http://g.example/x') }, 'discovery-invalid', /http scheme disallowed/],
  ['a subdirectory that leads out', { 'v.example/lib': importTag(`${git} a/../../x`) }, 'discovery-invalid', /invalid subdirectory/],
  ['a subdirectory that is an option', { 'v.example/lib': importTag(`${git} --x`) }, 'discovery-invalid', /leading hyphen/],
  ['a subdirectory at the root of the disk', { 'v.example/lib': importTag(`${git} /etc`) }, 'discovery-invalid', /leading slash/],
  ['a subdirectory with a control character', { 'v.example/lib': importTag(`${git} a&#x9f;b`) }, 'discovery-invalid', /invalid subdirectory/],
] // prettier-ignore

for (const [what, answers, code, words] of failures) {
  test(`${what} is ${code}`, async () => {
    await assert.rejects(testFinder(testPages(answers))('v.example/lib', someContext), failsWith(code, words))
  })
}

test('what is no module path is asked of nobody', async () => {
  const pages = testPages()
  for (const path of ['', 'nodot', 'v.example/../x', '-v.example/x', 'v.example/x\n', '127.0.0.1:80/x', 'v.example/x y', 'V.example/x', 'v.example//x', 'https://v.example/x', 'u@v.example/x']) {
    await assert.rejects(testFinder(pages)(path, someContext), failsWith('bad-request'), path)
  }
  assert.deepEqual(pages.asked, [])
}) // prettier-ignore

const root = { vcs: 'git', url: 'https://git.example/lib', root: 'v.example/lib', subdirectory: '' }

test('a path below a root is believed when the page of the root says the same', async () => {
  const pages = testPages({ 'v.example/lib/sub': lib, 'v.example/lib': lib })
  assert.deepEqual(await testFinder(pages)('v.example/lib/sub', someContext), root)
  assert.deepEqual(pages.asked, ['v.example/lib/sub', 'v.example/lib'])
})

test('nobody speaks for a path above his own', async () => {
  const evil = importTag('v.example/lib git https://evil.example/lib')
  for (const above of [lib, 404, importTag('v.example git https://git.example/all'), '<html>'] as const) {
    const pages = testPages({ 'v.example/lib/sub': evil, 'v.example/lib': above })
    const asking = testFinder(pages)('v.example/lib/sub', someContext)
    await assert.rejects(asking, failsWith('discovery-invalid', /disagree about go-import for v.example\/lib/))
    // Both are asked anew before they are blamed.
    assert.equal(pages.asked.length, 4)
  }
})

test('a root whose own page cannot be had is not believed, and not called absent', async () => {
  const pages = testPages({ 'v.example/lib/sub': lib, 'v.example/lib': 503 })
  await assert.rejects(testFinder(pages)('v.example/lib/sub', someContext), failsWith('upstream-unavailable'))
})

test('a repository that moved while one of two pages was remembered is found at its new place', async () => {
  const pages = testPages({ 'v.example/lib/sub': lib, 'v.example/lib': lib, 'v.example/lib/x': lib })
  const find = testFinder(pages)
  await find('v.example/lib/sub', someContext)
  const moved = importTag('v.example/lib git https://git.example/moved')
  Object.assign(pages.answers, { 'v.example/lib/x': moved, 'v.example/lib': moved })
  assert.equal((await find('v.example/lib/x', someContext)).url, 'https://git.example/moved')
})

test('a refresh asks the host, however good what is known is', async () => {
  const pages = testPages({ 'v.example/lib': lib })
  const find = testFinder(pages)
  await find('v.example/lib', someContext)
  pages.answers['v.example/lib'] = importTag('v.example/lib git https://git.example/moved')
  assert.deepEqual(await find('v.example/lib', someContext), root)
  assert.equal((await find('v.example/lib', { ...someContext, fresh: true })).url, 'https://git.example/moved')
})

test('a proxy named by a page is a root of its own kind, before any repository', async () => {
  const pages = testPages({ 'v.example/lib': lib + importTag('v.example/lib mod https://mod.example/base') })
  assert.deepEqual(await testFinder(pages)('v.example/lib', someContext), {
    ...root,
    vcs: 'mod',
    url: 'https://mod.example/base',
  })
})

test('a subdirectory comes without what means nothing', async () => {
  const pages = testPages({ 'v.example/lib': importTag(`${git} ./a//b/`) })
  assert.equal((await testFinder(pages)('v.example/lib', someContext)).subdirectory, 'a/b')
})

test('a path with a qualifier is looked for under one scheme after the other, each checked before it is asked', async () => {
  const seen: string[] = []
  const find = testFinder(testPages(), {
    checkHost: async ({ url }) => void seen.push(`check ${url}`),
    answers: async ({ url }) => {
      seen.push(`ask ${url}`)
      return url.startsWith('ssh:')
    },
  })
  const found = await find('git.example/team/lib.git/sub', someContext)
  const place = 'git.example/team/lib'
  assert.deepEqual(found, { vcs: 'git', url: `ssh://${place}`, root: `${place}.git`, subdirectory: '' })
  const schemes = ['https', 'git+ssh', 'ssh']
  const visits = schemes.flatMap((scheme) => [`check ${scheme}://${place}`, `ask ${scheme}://${place}`])
  assert.deepEqual(seen.slice(0, 6), visits)
})

test('a path with a qualifier at a place where nobody answers is trouble, not absence', async () => {
  const find = testFinder(testPages(), { answers: async () => false })
  const words = /no secure protocol found for repository/
  await assert.rejects(find('git.example/lib.git', someContext), failsWith('upstream-unreachable', words))
  await assert.rejects(find('git.example/lib.bzr', someContext), failsWith('vcs-unsupported'))
})

test('only a path that is listed is looked for without TLS', async () => {
  const asked: string[] = []
  const answers = async ({ url }: { readonly url: string }) => {
    asked.push(url)
    return false
  }
  const find = testFinder(testPages(), { answers, insecure: 'in.example' })
  for (const path of ['out.example/a.git', 'in.example/a.git']) await find(path, someContext).catch(() => undefined)
  assert.deepEqual(
    asked.filter((url) => url.startsWith('http:')),
    ['http://in.example/a'],
  )
  const pages = testPages({ 'in.example/lib': importTag('in.example/lib git http://g.example/lib') })
  await assert.rejects(testFinder(pages)('in.example/lib', someContext), failsWith('discovery-invalid', /http scheme/))
  assert.equal(
    (await testFinder(pages, { takesPlain: true })('in.example/lib', someContext)).url,
    'http://g.example/lib',
  )
  assert.equal(
    (await testFinder(pages, { insecure: 'in.example' })('in.example/lib', someContext)).url,
    'http://g.example/lib',
  )
})

test('a host that must not be connected to is refused, whoever named it', async () => {
  const refusal = new Failure('address-refused', { asked: 'x', who: 'x', why: 'x' })
  const checkHost = () => Promise.reject(refusal)
  const find = testFinder(testPages({ 'v.example/lib': lib }), { checkHost })
  for (const path of ['v.example/lib', 'github.com/a/b', 'git.example/a.git']) {
    await assert.rejects(find(path, someContext), refusal)
  }
})

test('a repository without TLS is found where its root is listed, not where only a path below it is', async () => {
  const page = importTag('v.example/lib git http://git.example/lib')
  const pages = testPages({ 'v.example/lib': page, 'v.example/lib/x': page })
  await assert.rejects(testFinder(pages, { insecure: 'v.example/lib/x' })('v.example/lib/x', someContext), {
    code: 'discovery-invalid',
  })
  const found = await testFinder(pages, { insecure: 'v.example/lib' })('v.example/lib/x', someContext)
  assert.equal(found.url, 'http://git.example/lib')
})
