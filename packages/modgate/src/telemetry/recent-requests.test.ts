import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentRequests } from './recent-requests.ts'

function at() {
  const clock = { time: 0, now: () => clock.time, sleep: () => Promise.resolve() }
  return { clock, recent: new RecentRequests(clock) }
}

const parents: [path: string, is: boolean][] = [
  ['/corp.example', true],
  ['/corp.example/priv', true],
  ['/corp.example/priv/sub', false],
  ['/corp.example/pri', false],
  ['/other.example', false],
]

for (const [path, is] of parents) {
  test(`${path} is ${is ? 'a' : 'no'} parent of what was asked`, () => {
    const { recent } = at()
    recent.asked('1.2.3.4', '/corp.example/priv/sub')
    assert.equal(recent.isParent('1.2.3.4', path), is)
    assert.equal(recent.isParent('1.2.3.5', path), false)
  })
}

test('what was asked 10 s ago is forgotten', () => {
  const { clock, recent } = at()
  recent.asked('c', '/a/b')
  clock.time = 10_000
  assert.equal(recent.isParent('c', '/a'), true)
  clock.time = 10_001
  assert.equal(recent.isParent('c', '/a'), false)
})

test('refusals pair up: the second within 2 s is a repeat, the third begins anew', () => {
  const { clock, recent } = at()
  const again = (time: number, client = 'c') => {
    clock.time = time
    return recent.refusedAgain(client, '/a/@v/list')
  }
  assert.deepEqual(
    [again(0), again(1), again(2), again(3), again(10), again(2011), again(2012, 'd')],
    [false, true, false, true, false, false, false],
  )
})

test('memory is bounded: the clients and refusals of long ago make room', () => {
  const { recent } = at()
  recent.asked('first', '/a/b')
  recent.refusedAgain('first', '/a')
  for (let index = 0; index < 300; index++) recent.asked(`c${index}`, '/a/b')
  for (let index = 0; index < 5000; index++) recent.refusedAgain('c', `/${index}`)
  assert.equal(recent.isParent('first', '/a'), false)
  assert.equal(recent.refusedAgain('first', '/a'), false)
  assert.equal(recent.isParent('c299', '/a'), true)
})

test('very long targets are not remembered', () => {
  const { recent } = at()
  const long = `/a/${'x'.repeat(600)}`
  recent.asked('c', long)
  assert.equal(recent.isParent('c', '/a'), false)
  assert.deepEqual([recent.refusedAgain('c', long), recent.refusedAgain('c', long)], [false, false])
})
