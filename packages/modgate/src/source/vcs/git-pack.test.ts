import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPack, packQuestion } from './git-pack.ts'
import { BrokenAnswer } from './git-packets.ts'

const [wanted, other] = ['1'.repeat(40), '2'.repeat(40)]
const packet = (line: string) => `${(line.length + 4).toString(16).padStart(4, '0')}${line}`
const band = (number: number, content: string) => packet(String.fromCharCode(number) + content)

async function* chunksOf(answer: string) {
  yield* Array.from(answer, (character) => Buffer.from(character, 'latin1'))
}

async function packOf(answer: string): Promise<{ readonly shallow: readonly string[]; readonly pack: string }> {
  const { shallow, pack } = await openPack(chunksOf(answer), [wanted])
  const parts: Uint8Array[] = []
  for await (const part of pack) parts.push(part)
  return { shallow, pack: Buffer.concat(parts).toString('latin1') }
}

const bounds = `${packet('shallow-info\n')}${packet(`shallow ${wanted}\n`)}0001`
const packfile = packet('packfile\n')
const content = `${band(2, 'counting\n')}${band(1, 'PA')}${band(1, '')}${band(1, 'CK')}0000`

test('an answer is a bound and a pack, whose parts are joined; words on progress are left out', async () => {
  assert.deepEqual(await packOf(`${bounds}${packfile}${content}`), { shallow: [wanted], pack: 'PACK' })
})

test('a commit without parents needs no bound', async () => {
  assert.deepEqual(await packOf(`${packfile}${content}`), { shallow: [], pack: 'PACK' })
})

const rows: readonly (readonly [name: string, answer: string])[] = [
  ['nothing', ''],
  ['an end', '0000'],
  ['a refusal', packet('ERR upload-pack: not our ref\n')],
  [
    'a bound that nobody asked for',
    `${packet('shallow-info\n')}${packet(`shallow ${other}\n`)}0001${packfile}${content}`,
  ],
  ['a bound that is lifted', `${packet('shallow-info\n')}${packet(`unshallow ${wanted}\n`)}0001${packfile}${content}`],
  ['a part that is not known', `${packet('packfile-uris\n')}0001${packfile}${content}`],
  ['a pack that is cut off', `${packfile}${band(1, 'PA')}`],
  ['a pack that the server gives up', `${packfile}${band(1, 'PA')}${band(3, 'out of memory')}0000`],
  ['two packs', `${packfile}${band(1, 'PA')}0001${band(1, 'CK')}0000`],
]
for (const [name, answer] of rows) {
  test(`${name} is no pack`, async () => {
    await assert.rejects(packOf(answer), BrokenAnswer)
  })
}

test('a question says what is there and where it ends before it is done', () => {
  const question = Buffer.from(packQuestion({ commits: [wanted], have: [other], shallow: [other] })).toString()
  const words = ['command=fetch', '0001', `want ${wanted}`, `shallow ${other}`, 'deepen 1', `have ${other}`, 'done']
  const places = words.map((word) => question.indexOf(word))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  assert.ok(places.every((place) => place >= 0) && question.endsWith('0000'))
})
