/** What is known of one setting, in words and as a type. */

import type { z } from 'zod'

export interface Setting<T = unknown> {
  /** The flag without its dashes, and the key in modgate.yaml. */
  readonly name: string
  readonly environment: string
  /** Where the value may be a list, the key in the file: `routes` for `--route`. False: not a setting of the file. */
  readonly key?: string | false
  /** How a text from a flag or the environment becomes what the type takes. */
  readonly from: 'text' | 'switch' | 'number' | 'lines'
  readonly type: z.ZodType<T>
  /** What stands for the value in help texts. */
  readonly placeholder: string
  /** The default, as one would write it. Absent: none, or one that depends on the machine. */
  readonly default?: string
  /** The default in words, where it is not the same always. */
  readonly defaultWords?: string
  /** One line, for the help of the command. */
  readonly brief: string
  /** What more there is to know, for the reference page. */
  readonly doc?: string
  readonly example: string
  /** The value is a path: relative ones are resolved, against the file's folder or the working directory. */
  readonly path?: boolean
  /** Never shown. */
  readonly secret?: boolean
}

/** The key of a setting in modgate.yaml; undefined where it cannot stand there. */
export function fileKey(setting: Setting): string | undefined {
  return setting.key === false ? undefined : (setting.key ?? setting.name)
}
