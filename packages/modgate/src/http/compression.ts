/** gzip for the answers that get smaller by it: long lists and go.mod files. The go command asks for it and undoes it. */

import { gzipSync } from 'node:zlib'
import { bytesBody, type Body } from '../core/body.ts'
import type { Resource } from '../core/resource.ts'

/** Below this a packet more or less is all that could be won; bytes. */
const worthwhileFrom = 4096

/** By content: an answer that is kept in memory is compressed once. */
const compressed = new WeakMap<Uint8Array, Uint8Array>()

/** The gzipped body, where the client takes it, it is text in memory, and it gets smaller; else undefined. */
export function gzipped(resource: Resource, acceptEncoding: string | undefined): Body | undefined {
  const { bytes } = resource.body
  if (!bytes || bytes.byteLength < worthwhileFrom || !isText(resource)) return undefined
  if (acceptEncoding === undefined || !/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(acceptEncoding))
    return undefined
  const small = compressed.get(bytes) ?? gzipSync(bytes, { level: 5 })
  compressed.set(bytes, small)
  return small.byteLength < bytes.byteLength ? bytesBody(small) : undefined
}

const isText = ({ isText: said = false, type }: Resource): boolean => said || /^(text\/|application\/json)/.test(type)
