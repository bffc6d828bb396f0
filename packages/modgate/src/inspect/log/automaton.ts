/** Finds many texts at once in bytes: the automaton of Aho and Corasick (1975) as one flat table, a look-up a byte. */

/** States are offsets of their rows in the table, so that a step is `table[state + byte]`. */
export interface Automaton {
  readonly table: Int32Array
  /** The first of the states in which something is to be done; the literals' ends, a line's end, an escape. */
  readonly firstEvent: number
  /** Entered by a line feed from everywhere. */
  readonly lineEnd: number
  /** Entered by ESC from everywhere; nothing leads out of it, for a colour in the middle of a text must not hide the text. */
  readonly escape: number
  /** Which literals end in the state, by its number, `state / 256`. */
  readonly ends: readonly (readonly number[])[]
}

const lineFeed = 10
const escape = 27

interface Node {
  readonly children: Map<number, Node>
  /** Its literals, and those that are a suffix of it. */
  readonly ends: number[]
  /** Where to go on when no child fits: the node of the longest proper suffix. */
  suffix: Node
  state: number
}

/** For literals without line feeds and escapes; a literal's number is its place in the list. */
export function automaton(literals: readonly string[]): Automaton {
  const root = trie(literals)
  const nodes = inBreadth(root)
  // Plain states first: the loop over the bytes then needs one comparison to see that nothing is to be done.
  const ordered = [...nodes.filter(({ ends }) => ends.length === 0), ...nodes.filter(({ ends }) => ends.length > 0)]
  ordered.forEach((node, at) => (node.state = at << 8))
  const [lineEnd, escaped] = [ordered.length << 8, (ordered.length + 1) << 8]
  const table = new Int32Array((ordered.length + 2) << 8)
  for (const node of nodes) {
    // Breadth first: the row of the suffix, which is shorter, is whole by now.
    if (node !== root) table.copyWithin(node.state, node.suffix.state, node.suffix.state + 256)
    for (const [byte, child] of node.children) table[node.state + byte] = child.state
  }
  table.copyWithin(lineEnd, root.state, root.state + 256)
  for (let row = 0; row < table.length; row += 256) {
    table[row + lineFeed] = lineEnd
    table[row + escape] = escaped
  }
  const firstEvent = ordered.find(({ ends }) => ends.length > 0)?.state ?? lineEnd
  return { table, firstEvent, lineEnd, escape: escaped, ends: ordered.map(({ ends }) => ends) }
}

function trie(literals: readonly string[]): Node {
  const root = node()
  literals.forEach((literal, number) => {
    let at = root
    for (const byte of Buffer.from(literal)) {
      let next = at.children.get(byte)
      if (next === undefined) at.children.set(byte, (next = node(root)))
      at = next
    }
    if (at !== root) at.ends.push(number)
  })
  return root
}

function node(suffix?: Node): Node {
  const made = { children: new Map<number, Node>(), ends: [], state: 0 } as unknown as Node
  made.suffix = suffix ?? made
  return made
}

/** All nodes, the shorter texts first, with their suffixes set. */
function inBreadth(root: Node): readonly Node[] {
  const nodes = [root]
  for (const parent of nodes) {
    for (const [byte, child] of parent.children) {
      child.suffix = parent === root ? root : follow(parent.suffix, byte, root)
      child.ends.push(...child.suffix.ends)
      nodes.push(child)
    }
  }
  return nodes
}

function follow(from: Node, byte: number, root: Node): Node {
  for (let at = from; ; at = at.suffix) {
    const next = at.children.get(byte)
    if (next !== undefined) return next
    if (at === root) return root
  }
}
