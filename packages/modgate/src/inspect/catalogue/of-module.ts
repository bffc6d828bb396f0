/**
 * A pattern for a message that may begin with the module and version that it is about: `go: M@V: `, or after `requires` on a line of
 * its own. Only white space starts the optional part, so that no letter of a long word is looked at twice.
 */
export function ofModule(rest: RegExp): RegExp {
  return new RegExp(
    String.raw`(?:(?:^|\s)(?<module>[^\s@":]{1,1000})@(?<version>[^\s:]{1,1000}): )?${rest.source}`,
    rest.flags,
  )
}
