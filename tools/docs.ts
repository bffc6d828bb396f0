// npm run docs: writes the pages of docs/ that are made from tables; --check says which are stale and changes nothing.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { referencePages } from '../packages/modgate/src/cli/reference-pages.ts'

const root = new URL('../docs/', import.meta.url)
const check = process.argv.includes('--check')
const stale: string[] = []

for (const [name, text] of Object.entries(await referencePages())) {
  const file = new URL(name, root)
  const written = await readFile(file, 'utf8').catch(() => undefined)
  if (written === text) continue
  stale.push(name)
  if (check) continue
  await mkdir(new URL('.', file), { recursive: true })
  await writeFile(file, text)
}
if (stale.length === 0) console.log('docs is up to date')
else console.log(check ? `stale in docs: ${stale.join(', ')}; run npm run docs` : `written: ${stale.join(', ')}`)
process.exitCode = check && stale.length > 0 ? 1 : 0
