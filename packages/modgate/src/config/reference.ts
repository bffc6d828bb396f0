/** The reference page of the settings, made from their table. */

import { fileKey, type Setting } from './setting.ts'
import { settingNames, settings } from './settings.ts'

/** docs/reference/config.md. */
export function configReference(): string {
  return [
    '# Settings',
    '',
    'Every setting is a flag of `modgate serve`, an environment variable and a key of `modgate.yaml`. A flag wins over the',
    'environment, the environment over the file, the file over the default. An empty environment variable counts as not set.',
    '`modgate config show` says which value is in force and where it comes from; `modgate config check` looks for mistakes;',
    '`modgate config schema` prints the JSON Schema of the file for an editor.',
    '',
    '`modgate.yaml` is looked for in the working directory; `--config` or `MODGATE_CONFIG` names another one. Relative paths in',
    'it are relative to its own folder. Durations are written `30s`, `1m30s`, `500ms`, `1d`; sizes `64MB`, `1GiB`.',
    '',
    '| flag | environment | key | default |',
    '|---|---|---|---|',
    ...settingNames.map((name) => summary(settings[name])),
    '',
    ...settingNames.flatMap((name) => details(settings[name])),
    '## An example file',
    '',
    '```yaml',
    ...settingNames.flatMap((name) => exampleLine(settings[name])),
    '```',
    '',
  ].join('\n')
}

function summary(setting: Setting): string {
  const key = fileKey(setting)
  const cells = [
    flagForm(setting),
    code(setting.environment),
    key === undefined ? '' : code(key),
    defaultWords(setting),
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
}

function details(setting: Setting): string[] {
  const doc = setting.doc === undefined ? [] : [setting.doc, '']
  return [`## ${setting.name}`, '', `${setting.brief}.`, '', ...doc, `Example: ${code(exampleFlag(setting))}`, '']
}

function flagForm({ name, placeholder }: Setting): string {
  return code(placeholder === '' ? `--${name}` : `--${name} ${placeholder}`)
}

function exampleFlag({ name, from, example }: Setting): string {
  if (from === 'switch') return `--${name}`
  return `--${name} ${/^[\w./:,%+=-]+$/.test(example) ? example : `'${example}'`}`
}

function defaultWords(setting: Setting): string {
  return setting.defaultWords ?? code(setting.default ?? '')
}

function exampleLine(setting: Setting): string[] {
  const key = fileKey(setting)
  if (key === undefined) return []
  const { example, from } = setting
  if (from === 'lines') return [`${key}:`, `  - ${yamlText(example)}`]
  return [`${key}: ${from === 'text' ? yamlText(example) : example}`]
}

function yamlText(text: string): string {
  return /^[A-Za-z0-9/][A-Za-z0-9/._:=-]*$/.test(text) && !/:$|^\d/.test(text) ? text : `'${text}'`
}

function code(text: string): string {
  return `\`${text}\``
}
