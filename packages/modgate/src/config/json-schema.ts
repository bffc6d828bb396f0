/** The JSON Schema of modgate.yaml, for editors. */

import { z } from 'zod'
import { fileKey, type Setting } from './setting.ts'
import { settingNames, settings } from './settings.ts'

/** JSON Schema, draft 2020-12, of what may be written in the file. */
export function configSchema(): object {
  const fields = settingNames.flatMap((name) => {
    const setting: Setting = settings[name]
    const key = fileKey(setting)
    if (key === undefined) return []
    const description = setting.doc === undefined ? `${setting.brief}.` : `${setting.brief}. ${setting.doc}`
    const extra = setting.default === undefined || setting.default === '' ? {} : { default: fileDefault(setting) }
    return [[key, setting.type.meta({ description, ...extra }).optional()] as const]
  })
  const file = z.strictObject(Object.fromEntries(fields)).meta({ title: 'modgate.yaml' })
  return z.toJSONSchema(file, { io: 'input' })
}

function fileDefault({ from, default: text }: Setting): unknown {
  if (from === 'switch') return text === 'true'
  return from === 'number' ? Number(text) : text
}
