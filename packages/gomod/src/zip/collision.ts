import { ZipError } from './error.ts'

interface Node {
  /** The path that came here first, and its last element; undefined while only something below has come. */
  path: string | undefined
  element: string
  isDirectory: boolean
  children: Map<string, Node> | undefined
}

const defaultMaxNodes = 1 << 20

/**
 * Finds paths that a file system without upper and lower case would take for one, paths that occur twice, and paths that are
 * both file and directory. A tree, not a map of whole paths: with those, paths of thousands of elements cost quadratic time.
 */
export class CollisionChecker {
  readonly #root = newNode()
  readonly #maxNodes: number
  #nodes = 0

  /** @param maxNodes the most files and directories to remember; a million unless given. */
  constructor(maxNodes = defaultMaxNodes) {
    this.#maxNodes = maxNodes
  }

  /**
   * Adds a path and its parent directories, and answers what is wrong with them. A directory may come twice.
   * @throws ZipError `size` for more files and directories than it may remember.
   */
  check(path: string, isDirectory: boolean): string | undefined {
    const nodes = this.#walk(path)
    const names = path.split('/')
    let end = path.length
    for (let depth = nodes.length - 1; depth >= 0; depth--) {
      const name = names[depth]!
      const fault = visit(nodes[depth]!, { name, path: path.slice(0, end) }, isDirectory || depth < nodes.length - 1)
      if (fault !== undefined) return fault
      end -= name.length + 1
    }
    return undefined
  }

  #walk(path: string): Node[] {
    let node = this.#root
    return foldCase(path)
      .split('/')
      .map((key) => {
        node.children ??= new Map<string, Node>()
        let child = node.children.get(key)
        if (child === undefined) {
          if (++this.#nodes > this.#maxNodes)
            throw new ZipError('size', `more than ${this.#maxNodes} files and directories`)
          child = newNode()
          node.children.set(key, child)
        }
        node = child
        return child
      })
  }
}

function newNode(): Node {
  return { path: undefined, element: '', isDirectory: false, children: undefined }
}

function visit(node: Node, { name, path }: { name: string; path: string }, isDirectory: boolean): string | undefined {
  if (node.path === undefined) {
    node.path = path
    node.element = name
    node.isDirectory = isDirectory
    return undefined
  }
  if (node.element !== name) {
    return `case-insensitive file name collision: ${JSON.stringify(node.path)} and ${JSON.stringify(path)}`
  }
  if (node.isDirectory !== isDirectory) return `entry ${JSON.stringify(path)} is both a file and a directory`
  return isDirectory ? undefined : `multiple entries for file ${JSON.stringify(path)}`
}

/**
 * A key that is equal for two texts exactly if they are equal under Unicode simple case folding (Go: strings.EqualFold).
 *
 * Lower case of upper case, taken character by character where that gives one character, has that property for all of
 * Unicode but the dotless i, whose upper case is I but which folds to itself.
 */
export function foldCase(text: string): string {
  if (/^[\p{ASCII}]*$/u.test(text)) return text.toLowerCase()
  return Array.from(text, foldCharacter).join('')
}

function foldCharacter(character: string): string {
  if (character === 'ı') return character
  const upper = single(character.toUpperCase(), character)
  return single(upper.toLowerCase(), upper)
}

function single(mapped: string, fallback: string): string {
  return Array.from(mapped).length === 1 ? mapped : fallback
}
