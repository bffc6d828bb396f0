/** The tools that coding assistants get: the same pure checks as the commands, read-only, of this machine, without network. */

import * as z from 'zod'
import type { Machine } from '../config/index.ts'
import { knownErrors } from '../inspect/catalogue/index.ts'
import { checkUp } from '../inspect/doctor/check-up.ts'
import { fetchSettingsOf, readGoEnvironment } from '../inspect/evidence/go-environment.ts'
import { readProject } from '../inspect/evidence/project.ts'
import { logReader } from '../inspect/log/index.ts'
import { fetchSettingNames } from '../policy/fetch-settings.ts'
import { explainMatch } from '../policy/match.ts'
import { planRoute } from '../policy/route.ts'
import { logJSON } from '../report/log-json.ts'

/** One tool: what it takes, and what it answers. */
export interface Tool<Input extends z.ZodObject> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: Input
  run(input: z.infer<Input>, machine: Machine): Promise<object>
}

const modulePath = z.string().min(1).max(2000).describe('A module path, such as git.corp.example/team/lib')
/** A log is text that somebody pastes; a whole CI log is for the command line. */
const maxLogChars = 2_000_000

const explainError: Tool<z.ZodObject<{ text: z.ZodString }>> = {
  name: 'explain_go_error',
  title: 'Explain an error of the go command',
  description:
    'Takes an error message or a whole log of the go command and answers the known failures in it: cause, what it is not, fix, and the command that proves it. Use it before advising on GOPROXY, GOSUMDB, GOPRIVATE or go.sum.',
  input: z.object({ text: z.string().min(1).max(maxLogChars).describe('The message or the log, as it was printed') }),
  async run({ text }) {
    const reader = logReader(knownErrors)
    reader.write(Buffer.from(text.endsWith('\n') ? text : `${text}\n`))
    return logJSON(reader.end(), 'the text', true)
  },
}

const settingOverrides = z
  .partialRecord(z.enum(fetchSettingNames), z.string().max(4000))
  .optional()
  .describe('Values to assume instead of those here, such as {"GOPRIVATE": "corp.example"}')

const moduleRoute: Tool<z.ZodObject<{ module: typeof modulePath; settings: typeof settingOverrides }>> = {
  name: 'go_module_route',
  title: 'Which way a module goes',
  description:
    'Says where the go command would ask for a module under the settings here, in which order, after which answers it goes on, and whether a checksum database vouches for it. Asks nobody.',
  input: z.object({ module: modulePath, settings: settingOverrides }),
  async run({ module, settings = {} }, machine) {
    const here = fetchSettingsOf(await readGoEnvironment(machine))
    return planRoute({ ...here, ...inherited(settings) }, module)
  },
}

/** GOPRIVATE is what GONOPROXY and GONOSUMDB are where they are not set. */
function inherited(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { GOPRIVATE } = settings
  return GOPRIVATE === undefined ? settings : { GONOPROXY: GOPRIVATE, GONOSUMDB: GOPRIVATE, ...settings }
}

const settings: Tool<z.ZodObject> = {
  name: 'go_settings',
  title: 'Settings of go and where each comes from',
  description:
    'Lists the settings of the go command here that are not the defaults, each with its value, its origin, and what it overrides.',
  input: z.object({}),
  async run(_, machine) {
    const { variables, goVersion } = await readGoEnvironment(machine)
    const told = [...variables.values()].filter(({ origin }) => origin !== 'built-in' && origin !== 'computed')
    return { ...(goVersion === undefined ? {} : { goVersion }), settings: told }
  },
}

const matchPatterns: Tool<z.ZodObject<{ patterns: z.ZodString; modules: z.ZodArray<typeof modulePath> }>> = {
  name: 'match_private_patterns',
  title: 'Which modules a pattern matches',
  description:
    'Says for each module whether a list of patterns (the grammar of GOPRIVATE, GONOPROXY, GONOSUMDB) matches it, by which entry, and what was meant where it does not.',
  input: z.object({
    patterns: z.string().max(4000).describe('A list as GOPRIVATE has it: *.corp.example,github.com/acme'),
    modules: z.array(modulePath).min(1).max(1000),
  }),
  async run({ patterns, modules }) {
    return { verdicts: modules.map((module) => explainMatch(patterns, module)) }
  },
}

const doctor: Tool<z.ZodObject> = {
  name: 'go_settings_problems',
  title: 'What is wrong with the settings of go here',
  description: 'Runs the checks of modgate doctor that need no network, and answers what they find, with fixes.',
  input: z.object({}),
  async run(_, machine) {
    const project = await readProject(machine)
    const evidence = { go: await readGoEnvironment(machine), ...(project && { project }) }
    return { findings: checkUp(evidence).flatMap(({ findings = [] }) => findings) }
  },
}

/** All of them. Each answers JSON that the commands of the same names print, too. */
export const tools = [explainError, moduleRoute, settings, matchPatterns, doctor] as const
