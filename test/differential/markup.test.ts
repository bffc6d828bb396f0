import { isUtf8 } from 'node:buffer'
import { MarkupError, tagsOf, type Tag } from '../../packages/modgate/src/source/discovery/markup.ts'
import { type Difference, differential } from './compare.ts'

/** What both sides make of a page: its tags up to where reading ends, and why it ends there. */
function read(page: Uint8Array): unknown {
  const tags: unknown[] = []
  try {
    for (const tag of tagsOf(page)) tags.push(shown(tag))
  } catch (error) {
    if (!(error instanceof MarkupError)) throw error
    return { tags, flaw: error.message }
  }
  return { tags }
}

/** The oracle leaves out an empty list. */
function shown(tag: Tag): unknown {
  if (tag.kind === 'end' || tag.attributes.length > 0) return tag
  return { kind: tag.kind, name: tag.name }
}

/** Bytes that are no UTF-8 are quoted in an error, one by one by Go and as far as they go by us. */
const spelledOtherwise: Difference<[Uint8Array]> = {
  why: 'an error that quotes bytes which are no text',
  holds: ({ args: [page], ours, go }) => {
    const words = [ours, go].map((answer) =>
      JSON.stringify(answer).replace(/(invalid XML name: |xml: [a-z ]+).*/, '$1'),
    )
    return words[0] === words[1] && !isUtf8(page)
  },
}

const pieces = [
  '<', '>', '</', '/>', '<!', '<!--', '-->', '--', '-', '<![CDATA[', ']]>', ']', '<?xml ', '<?', '?>', '?', '!', '=', '"', "'", '/', ' ', '\n', '\r\n', '\r', '\t',
  'meta', '<meta ', 'name', 'name=', 'content=', '<head>', '</head>', '<body', 'go-import', 'x:y', ':', 'a:b:c', ':a', 'a:', '&', '&amp;', '&lt', '&#', '&#x41;', '&#0;', '&#xD800;', '&#x110000;',
  '&#99999999999999999999;', '&;', '&nbsp;', '&é;', '&#65', ';', '#', 'é', '你', '\u0300a', '\u00b7', '\u{1f600}', '\ufeff', '\ufffe', '\0', '\x01', '\x7f', '_', '.', '1', 'Z', 'encoding="', 'version="1.1"', "version='1.0'",
  'UTF-8"', 'latin1"', 'ascii"', '<!DOCTYPE html>', '<!ENTITY x "<y>">', '<!x <y> <!-- z --> >', '<script>a < b && c</script>', '<br>', '<p class=a-b_c:d/>', '<x y z="1">',
] // prettier-ignore

const head = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html lang=en><head><meta charset="utf-8"><title>a &amp; b &copy; c</title><!-- note -->
<meta name="go-import" content="vanity.example/lib git https://git.example/lib"/>
<script type="text/javascript"><![CDATA[ if (a < b && c) {} ]]></script>
<meta property='og:title' content="x&#32;y" /></head><body class="z">text</body></html>
`

differential(
  'a page is read as a lax XML decoder of Go reads it, to the same word of the same error',
  async ({ random, agree }) => {
    const marks = pieces.filter((piece) => piece.length < 12)
    const pages = [
      ...random.times(12_000, () => [Buffer.from(random.join(pieces, 10))] as const),
      ...random.times(4_000, () => [Buffer.from(`<a ${random.join(pieces, 6)}>`)] as const),
      ...random.times(2_000, () => [Buffer.from(`<!d${random.join(pieces, 8)}>x`)] as const),
      ...random.times(2_000, () => [Buffer.from(`<?xml ${random.join(pieces, 6)}?>x`)] as const),
      ...random.times(6_000, () => [random.damage(Buffer.from(head), 4, marks)] as const),
      [Buffer.from(head)] as const,
      [Buffer.alloc(0)] as const,
    ]
    await agree({ op: 'xml.tags', inputs: pages, ours: read, differences: [spelledOtherwise] })
  },
)

differential('every character that may stand in a name of Go may stand in ours, and no other', async ({ agree }) => {
  const characters = Array.from({ length: 0xffff }, (_, code) => code + 1).filter(
    (code) => code < 0xd800 || code > 0xdfff,
  )
  const names = characters.map((code) => [Buffer.from(`<a${String.fromCharCode(code)}>`)] as const)
  const first = characters.map((code) => [Buffer.from(`<${String.fromCharCode(code)}>`)] as const)
  await agree({ op: 'xml.tags', inputs: [...names, ...first], ours: read })
})
