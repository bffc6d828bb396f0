// As much of Markdown as the tests of the documents need: text outside of fenced blocks, its code spans, links and headings.

const fence = /^```.*\n([^]*?)^```/gm

const prose = (markdown: string): string => markdown.replace(fence, '')

/** The contents of fenced blocks. */
export function fencedBlocks(markdown: string): string[] {
  return [...markdown.matchAll(fence)].map(([, content]) => content!)
}

/** What stands between single backticks, outside of fenced blocks. */
export function codeSpans(markdown: string): string[] {
  return [...prose(markdown).matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!)
}

/** The targets of inline links. */
export function linkTargets(markdown: string): string[] {
  return [...prose(markdown).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target!)
}

/** The anchors of headings, as the usual renderers make them (lower case, hyphens for spaces, no punctuation), and those written as tags. */
export function headingAnchors(markdown: string): string[] {
  const written = [...prose(markdown).matchAll(/<a id="([^"\n]+)">/g)].map(([, id]) => id!)
  const headings = [...prose(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
  return [...headings, ...written]
}
