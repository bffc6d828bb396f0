/** The table of bench/README.md, generated between its markers from what is kept in bench/results. */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { allResults, type Results } from './results.ts'
import { rows } from './rows/index.ts'
import { judged, short } from './table.ts'

const file = resolve(import.meta.dirname, 'README.md')
const markers = { begin: '<!-- results -->', end: '<!-- /results -->' }

/** Writes the newest result of each row into the README, each with the command that made it. Throws without markers. */
export async function writeReadme(): Promise<void> {
  const text = await readFile(file, 'utf8')
  const [begin, end] = [text.indexOf(markers.begin), text.indexOf(markers.end)]
  if (begin < 0 || end < begin) throw new Error(`${file} lacks ${markers.begin} or ${markers.end}`)
  const generated = readmeTable(await allResults())
  const whole = `${text.slice(0, begin)}${markers.begin}\n\n${generated}\n\n${text.slice(end)}`
  await writeFile(file, await format(whole, { ...(await resolveConfig(file)), filepath: file }))
}

/** Markdown of the newest result of each row; `results` are oldest first. */
export function readmeTable(results: readonly Results[]): string {
  const found = rows.flatMap(({ name }) => {
    const newest = results.findLast((run) => run.rows[name] !== undefined)
    return newest === undefined ? [] : [section(name, newest)]
  })
  return found.length === 0 ? 'No results yet.' : found.join('\n\n')
}

function section(name: string, run: Results): string {
  const { title, figures, verdicts, notes } = run.rows[name]!
  const measures = [...new Set(Object.values(figures).flatMap((figure) => Object.keys(figure)))]
  const table = [
    ['', ...measures],
    ['---', ...measures.map(() => '--:')],
    ...Object.entries(figures).map(([contestant, figure]) => [
      `${contestant} ${run.contestants[contestant]?.version.split(',')[0] ?? ''}`.trim(),
      ...measures.map((measure) => (figure[measure] === undefined ? '' : short(figure[measure].median))),
    ]),
  ]
  const judgements = verdicts.map((verdict) => `- ${verdict.what}: **${short(verdict.value)}**, ${judged(verdict)}`)
  const made = `\`${run.command}\`, ${run.date.slice(0, 10)}, ${run.cores} cores of ${run.cpu}, commit ${run.commit}`
  return [
    `### ${name}`,
    `${title[0]!.toUpperCase()}${title.slice(1)}.`,
    ...(measures.length > 0 ? [table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')] : []),
    [...judgements, ...notes.map((note) => `- ${note}`)].join('\n'),
    `Made by ${made}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}
