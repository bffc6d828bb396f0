/** What is newer, retracted or deprecated in a build, for people: a line a module that has anything to say. */

import { counted } from '../core/counted.ts'
import type { ModuleInfo } from '../modload/module-info.ts'
import { visible, type Paint } from './findings-paint.ts'

/** Long reasons are cut: the whole of them is in the JSON. */
const maxReason = 200

export function upgradesText(modules: readonly ModuleInfo[], paint: Paint): string {
  const lines = modules
    .flatMap((module) => [module, ...(module.Replace ? [module.Replace] : [])])
    .flatMap((module) => {
      const news = newsOf(module, paint)
      if (news.length === 0) return []
      const update = module.Update ? ` ${paint('good', `=> ${module.Update.Version}`)}` : ''
      const indirect = module.Indirect ? paint('quiet', ' (indirect)') : ''
      const own = news.filter((line) => line !== '').map((line) => `\n    ${line}`)
      return [`${module.Path} ${module.Version}${update}${indirect}${own.join('')}`]
    })
  const count = (field: 'Update' | 'Retracted' | 'Deprecated') => modules.filter((module) => module[field]).length
  const summary =
    `${counted(modules.length - modules.filter(({ Main }) => Main).length, 'module')}: ` +
    `${count('Update')} with a newer version, ${count('Retracted')} retracted, ${count('Deprecated')} deprecated`
  return [...lines, summary].join('\n')
}

/** Lines below the module's own; an empty one only says that there is something. */
function newsOf({ Update, Retracted, Deprecated, Error }: ModuleInfo, paint: Paint): readonly string[] {
  return [
    ...(Update ? [''] : []),
    ...(Retracted ?? []).map((reason) => paint('problem', `retracted: ${shortened(reason)}`)),
    ...(Deprecated ? [paint('warning', `deprecated: ${shortened(Deprecated)}`)] : []),
    ...(Error ? [paint('problem', `not known: ${shortened(Error.Err)}`)] : []),
  ]
}

function shortened(text: string): string {
  const line = visible(text.split('\n', 1)[0] ?? '')
  return line.length > maxReason ? `${line.slice(0, maxReason)}…` : line
}
