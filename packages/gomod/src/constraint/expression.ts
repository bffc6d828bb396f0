/** A build constraint, parsed. */
export type Expression =
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }

/**
 * Whether a tag holds. `wanted` is what makes the whole constraint hold: false below a negation. Who asks whether any build at all
 * could take a file answers what is wanted, for a tag may then be set and not set.
 */
export type Tags = (tag: string, wanted: boolean) => boolean

/** Whether the constraint holds under these tags. */
export function evaluate(expression: Expression, tags: Tags, wanted = true): boolean {
  switch (expression.kind) {
    case 'tag':
      return tags(expression.tag, wanted)
    case 'not':
      return !evaluate(expression.of, tags, !wanted)
    case 'and':
      return evaluate(expression.left, tags, wanted) && evaluate(expression.right, tags, wanted)
    case 'or':
      return evaluate(expression.left, tags, wanted) || evaluate(expression.right, tags, wanted)
  }
}

/** Whether a word may be a tag: letters, digits, underscores and dots. */
export function isTag(word: string): boolean {
  return /^[\p{L}\p{Nd}_.]+$/u.test(word)
}
