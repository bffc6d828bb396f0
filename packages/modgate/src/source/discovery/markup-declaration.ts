/** The declaration at the head of an XML page: `<?xml version="1.0" encoding="UTF-8"?>`. */

import { quote } from '@modgate/gomod/module'
import { MarkupError } from './markup-text.ts'

/** Throws a MarkupError for another version than 1.0, and for an encoding that go cannot read: all but UTF-8 and what is a part of it. */
export function checkDeclaration(content: string): void {
  const version = pseudoAttribute('version', content)
  if (version !== '' && version !== '1.0') {
    throw new MarkupError(`xml: unsupported version ${quoted(version)}; only version 1.0 is supported`)
  }
  const encoding = pseudoAttribute('encoding', content)
  if (encoding !== '' && !['utf-8', 'ascii'].includes(encoding.toLowerCase())) {
    const name = quoted(encoding)
    throw new MarkupError(`xml: opening charset ${name}: can't decode XML document using charset ${name}`)
  }
}

const quoted = (bytes: string): string => quote(Buffer.from(bytes, 'latin1').toString())

/** `name="value"`, found in Go's way: by its name followed by `=` and a quote, wherever that stands. */
function pseudoAttribute(name: string, content: string): string {
  let rest = content
  for (;;) {
    const start = rest.indexOf(`${name}=`)
    const mark = start < 0 ? undefined : rest[start + name.length + 1]
    if (mark === undefined) return ''
    rest = rest.slice(start + name.length + 2)
    if (mark !== '"' && mark !== "'") continue
    const end = rest.indexOf(mark)
    return end < 0 ? '' : rest.slice(0, end)
  }
}
