/** Values that people write as one text: a zod type from a parser that throws. */

import { z } from 'zod'

/** No setting is longer; a limit before the parsers, which are all linear. */
const maxLength = 64 * 1024

/**
 * A value written as text in the form `form` ("a duration"). `parse` gives the value, or throws an Error whose message goes
 * on after the written text: `has no port`.
 */
export function written<T>(form: string, parse: (text: string) => T): z.ZodType<T, string> {
  return z
    .string({ error: `is not ${form}` })
    .max(maxLength, { error: 'is too long' })
    .transform(parsedBy(parse))
}

/** A zod transformation from a function that throws: the message becomes the issue. */
export function parsedBy<I, T>(parse: (input: I) => T): (input: I, context: z.RefinementCtx) => T {
  return (input, context) => {
    try {
      return parse(input)
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error))
      return z.NEVER
    }
  }
}
