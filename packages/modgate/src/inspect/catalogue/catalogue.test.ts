import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { describe, test } from 'node:test'
import { explainMessage, fill, filled, knownErrorById, knownErrors, literalsOf, valuesOf } from './index.ts'

describe('the catalogue of known errors', () => {
  test('ids are unique, and the 75 texts have the first 75', () => {
    const ids = knownErrors.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length)
    const first = Array.from({ length: 75 }, (_, index) => `MG${1001 + index}`)
    assert.deepEqual(
      first.filter((id) => knownErrorById(id) === undefined),
      [],
    )
  })

  test('titles are unique, for they are what somebody looks for', () => {
    assert.equal(new Set(knownErrors.map(({ title }) => title)).size, knownErrors.length)
  })

  for (const row of knownErrors) {
    const { id, title, sample, pattern, precedence = 0 } = row

    test(`${id} (${title}) knows its sample better than every other row`, () => {
      const rivals = knownErrors.filter((other) => other.pattern.test(sample) && (other.precedence ?? 0) >= precedence)
      assert.deepEqual(
        rivals.map((other) => other.id),
        [id],
      )
      assert.equal(explainMessage(sample)?.error.id, id)
    })

    test(`${id} is found by one of its literals, which are ASCII and of one line`, () => {
      assert.ok(literalsOf(row).some((literal) => sample.includes(literal)))
      for (const literal of literalsOf(row)) assert.match(literal, /^[ -~]{6,}$/)
      assert.equal(pattern.flags.replace('i', ''), '', 'a pattern has no state')
    })

    test(`${id} fills its texts with groups that its pattern has`, () => {
      const { cause, not = '', fix, proof } = row
      const names = [cause, not, ...fix, proof].flatMap((text) =>
        [...text.matchAll(/\{([a-z]+)\}/g)].map(([, name]) => name!),
      )
      const groups = [...pattern.source.matchAll(/\(\?<([a-z]+)>/g)].map(([, name]) => name!)
      assert.deepEqual(
        names.filter((name) => !groups.includes(name)),
        [],
      )
    })

    test(`${id} looks at a hostile message in linear time`, () => {
      for (const hostile of hostileTexts(row)) assert.ok(isLinear(pattern, hostile), JSON.stringify(hostile(60)))
    })
  }

  test('a message about nothing known has no explanation', () => {
    for (const message of ['', 'go: everything is fine', 'ok  \tmain.example/app\t0.1s']) {
      assert.equal(explainMessage(message), undefined, message)
    }
  })

  test('an explanation speaks of the module, the URL and the version of the message', () => {
    const message =
      'go: a.example/x@v1.0.0 requires\n\tb.example/y@v1.2.3: reading https://p.example/b.example/y/@v/v1.2.3.mod: 404 Not Found'
    const { error, values } = explainMessage(message) ?? assert.fail()
    assert.equal(error.id, 'MG1001')
    assert.deepEqual(values, {
      module: 'b.example/y',
      version: 'v1.2.3',
      url: 'https://p.example/b.example/y/@v/v1.2.3.mod',
    })
    assert.match(error.cause, /no such thing as https:\/\/p\.example\//)
    assert.equal(error.proof, 'curl -sS -w "%{http_code}\\n" https://p.example/b.example/y/@v/v1.2.3.mod')
  })

  test('a value that the message lacks is a word in capitals, and a value is never read as a placeholder', () => {
    assert.equal(fill('{module} and {url}', { url: '{module}' }), 'MODULE and {module}')
    assert.deepEqual(filled(knownErrorById('mg1001')!, { url: 'U' }).fix, knownErrorById('MG1001')!.fix)
  })

  test('groups that took no part in a match are left out', () => {
    assert.deepEqual(valuesOf(/(?<a>x)|(?<b>y)/.exec('y')!), { b: 'y' })
  })
})

type Hostile = (size: number) => string

/** What makes backtracking expensive: pieces of a real message over and over, and long runs behind them. */
function hostileTexts(row: (typeof knownErrors)[number]): readonly Hostile[] {
  const { sample } = row
  const literal = literalsOf(row)[0]!
  const start = sample.slice(0, Math.max(1, sample.indexOf(literal)))
  const most = sample.slice(0, -Math.ceil(sample.length / 4))
  const repeated =
    (piece: string): Hostile =>
    (size) =>
      piece.repeat(Math.ceil(size / piece.length))
  const after =
    (piece: string, filler: string): Hostile =>
    (size) =>
      piece + repeated(filler)(size)
  return [
    ...[literal, start, most, ' a@b: ', 'a@', ' (', '\n\t', '"'].map(repeated),
    ...['a', 'a@b', ' ', 'a: ', '\n\t', '/'].flatMap((filler) => [after(most, filler), after(start + literal, filler)]),
  ]
}

/**
 * Whether four times the text takes about four times as long: sixteen would be the square. The quickest of some tries counts. What takes
 * a few steps a letter is not measured against anything: the square of this length would take many seconds.
 */
function isLinear(pattern: RegExp, hostile: Hostile): boolean {
  const large = hostile(100_000)
  if (quickest(pattern, large, 1) < 300) return true
  const small = hostile(25_000)
  return quickest(pattern, large, 5) < 8 * Math.max(1, quickest(pattern, small, 5))
}

function quickest(pattern: RegExp, text: string, tries: number): number {
  const times = Array.from({ length: tries }, () => {
    const start = performance.now()
    pattern.test(text)
    return performance.now() - start
  })
  return Math.min(...times)
}
