/** The pages of docs/ that are made from tables and help texts. `npm run docs` writes them, a test compares them. */

import { generateHelpTextForAllCommands, type Application, type CommandContext } from '@stricli/core'
import { configReference } from '../config/index.ts'
import { failureCodes } from '../core/failure-codes.ts'
import { failureKinds } from '../core/failure-kinds.ts'
import { errorsGuide } from '../report/errors-guide.ts'
import { durationBuckets, instruments, type Instrument } from '../telemetry/index.ts'
import { application } from './command-line.ts'

/** Pages by their place below docs/. */
export async function referencePages(): Promise<Readonly<Record<string, string>>> {
  return {
    'guide/errors.md': errorsGuide(),
    'reference/commands.md': await commandsPage(),
    'reference/config.md': configReference(),
    'reference/errors.md': errorsPage(),
    'reference/metrics.md': metricsPage(),
  }
}

async function commandsPage(): Promise<string> {
  // The help texts need no context, which the library's type asks for all the same.
  const texts = generateHelpTextForAllCommands((await application([])) as unknown as Application<CommandContext>)
  return [
    '# Commands',
    '',
    'Every command takes `--help`. Exit codes: 0 done, 1 failed, 2 used wrongly. Results go to standard output, everything else to',
    'standard error; colours only to a terminal, and never where `NO_COLOR` is set. `MODGATE_DEBUG=1` adds stack traces to failures.',
    '',
    ...texts.flatMap(([route, help]) => [`## ${route}`, '', '```text', help.trimEnd(), '```', '']),
  ].join('\n')
}

function errorsPage(): string {
  return [
    '# Errors',
    '',
    'Every refusal has a code, and every code a kind, which decides the HTTP status. The go command looks elsewhere (its comma list)',
    'only after 404 and 410, so nothing but true absence has these.',
    '',
    'A go client gets at most 8 lines of text, of which it shows all: what was asked and why it failed, who refused, what that one said,',
    'what to do next, the code and the id of the request. With `Accept: application/json` the same comes as JSON, with the fields `code`,',
    '`kind`, `status`, `asked`, `who`, `why`, `next`, `said`, `retryAfterSeconds`, `requestId`.',
    '',
    '## Kinds',
    '',
    '| kind | status | kept by caches | exit code of a command | worth another try |',
    '|---|---|---|---|---|',
    ...Object.entries(failureKinds).map(
      ([kind, { status, cacheSeconds, exitCode, retryable }]) =>
        `| ${kind} | ${status} | ${cacheSeconds === 0 ? 'no' : `${cacheSeconds} s`} | ${exitCode} | ${retryable ? 'yes' : 'no'} |`,
    ),
    '',
    '## Codes',
    '',
    ...Object.entries(failureCodes).flatMap(([code, { kind, meaning, next }]) => [
      `### ${code}`,
      '',
      `${failureKinds[kind].status}, ${kind}. ${meaning}`,
      '',
      `Next: ${next}.`,
      '',
    ]),
  ].join('\n')
}

function metricsPage(): string {
  return [
    '# Metrics',
    '',
    '`/metrics` has them in the Prometheus text format. With the standard `OTEL_…` variables (`OTEL_EXPORTER_OTLP_ENDPOINT` and its',
    'kin) the same numbers are sent by OTLP over HTTP. A metric with labels appears with its first event; one without starts at 0.',
    '',
    'Label values come from the configuration or from fixed sets, so a client cannot make series. The exceptions are `module` and',
    '`version`: a limited number of them have their names, at most `--metrics-modules` modules, and the rest counts as `other`.',
    '',
    `Upper bounds of the buckets of histograms, in seconds: ${durationBuckets.join(', ')}.`,
    '',
    '| name | kind | unit | labels | meaning |',
    '|---|---|---|---|---|',
    ...Object.values(instruments).map(instrumentRow),
    '',
  ].join('\n')
}

function instrumentRow({ name, kind, unit, labels, meaning }: Instrument): string {
  return `| \`${name}\` | ${kind} | \`${unit}\` | ${labels.map((label) => `\`${label}\``).join(', ')} | ${meaning} |`
}
