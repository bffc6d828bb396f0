/** The page docs/guide/errors.md: every known failure of the go command, so that a search for its text ends there. */

import { fill, knownErrorThemes, type KnownErrorTheme } from '../inspect/catalogue/index.ts'
import type { KnownError } from '../inspect/known-error.ts'

/** The page, as Markdown. */
export function errorsGuide(themes: readonly KnownErrorTheme[] = knownErrorThemes): string {
  const count = themes.reduce((sum, { rows }) => sum + rows.length, 0)
  return [
    '# Errors of the go command',
    '',
    `What the go command says when modules do not come, ${count} messages of it: the cause, what it is not, what to do, and the command`,
    'that proves it. Find a message by its text, or let `modgate explain -` read a whole log. The texts are from real runs; addresses,',
    'ports and folders in them are those of a test machine. A word in capitals in a command stands for what your message says there.',
    '',
    "The codes of the gate's own refusals are in [docs/reference/errors.md](../reference/errors.md).",
    '',
    '## Contents',
    '',
    ...themes.flatMap(({ title, rows }) => [`**${title}**`, '', ...rows.map(contentsLine), '']),
    ...themes.flatMap(({ rows }) => rows.flatMap(section)),
  ].join('\n')
}

function contentsLine({ id, title }: KnownError): string {
  return `- [${id}](#${anchorOf(id)}) ${title}`
}

function section({ id, title, sample, cause, not, fix, proof, versions }: KnownError): string[] {
  return [
    `<a id="${anchorOf(id)}"></a>`,
    '',
    `## ${id} ${escaped(title)}`,
    '',
    '```text',
    sample,
    '```',
    '',
    `**Cause.** ${escaped(inGeneral(cause))}`,
    '',
    ...(not === undefined ? [] : [`**What it is not.** ${escaped(inGeneral(not))}`, '']),
    '**Fix.**',
    '',
    ...fix.map((step, index) => `${index + 1}. ${escaped(inGeneral(step))}`),
    '',
    '**Proof.**',
    '',
    '```sh',
    inGeneral(proof),
    '```',
    '',
    `Go versions: ${versions}.`,
    '',
  ]
}

/** The anchor of a row: its id in small letters. */
function anchorOf(id: string): string {
  return id.toLowerCase()
}

/** A text about no message in particular: `{module}` becomes MODULE. */
function inGeneral(text: string): string {
  return fill(text, {})
}

/** Outside of code spans, what Markdown would take for emphasis or a tag. */
function escaped(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/[<>*_]/g, String.raw`\$&`)))
    .join('`')
}
