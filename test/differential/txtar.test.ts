import { format, parse } from '@modgate/gomod/txtar'
import { differential } from './compare.ts'

const pieces = ['-- ', ' --', '\n', '\n', '\r\n', '\r', 'a', 'é', '\u0085', '\u3000', '\ufeff', '--', '-', ' ', '\t', '\n-- x --\n', '-- y/z --\n'] // prettier-ignore

differential('txtar reads and writes archives as Go does', async ({ random, agree }) => {
  const texts = random.times(10_000, () => [random.once(50) ? '' : random.join(pieces, 12)] as const)
  await agree({ op: 'txtar.parse', inputs: texts, ours: parse })
  await agree({ op: 'txtar.format', inputs: texts.map(([text]) => [parse(text)] as const), ours: format })
})
