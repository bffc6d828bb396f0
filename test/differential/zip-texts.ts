import { forge, type ForgedArchive, type ForgedMember } from '../../packages/gomod/src/zip/forge.ts'
import type { Random } from './random.ts'

/** Zips by chance: mostly of the module that they are for, often with a name, a number or a byte that lies. */

export const zipModule = { path: 'example.com/m', version: 'v1.0.0' }
const prefix = 'example.com/m@v1.0.0/'

const names = ['go.mod', 'GO.MOD', 'Go.mod', 'a/go.mod', 'a/GO.mod', 'a.go', 'A.go', 'a/b.go', 'A/b.go', 'a', 'a/', 'A/', 'b/', 'b/c/', 'b/C/d', '../x', '/abs', 'a//b', 'a/./b', 'a\\b', 'con', 'CON.txt', 'aux/x', 'x.', 'x~1', 'LICENSE', 'license', 'vendor/x/y.go', 'vendor/modules.txt', 'é', 'É', 'ſ', 's', 'S', 'K', 'k', 'ß', 'ẞ', 'ı', 'I', 'i', 'Ω', 'ω', '日本', 'a b', 'a:b', 'a*', 'a\n', '.x/..y', '...', '', '\u{10400}', '\u{10428}', '\uffff', 'Å', 'å', 'a/b/c/d/e', 'A/b/C/d', 'µ', 'μ', '.git/config', '.hg_archival.txt', '𝕏', 'e\u0301'] // prettier-ignore

export function forgedZip(random: Random): Uint8Array {
  const archive: ForgedArchive = { members: random.some(5, () => member(random)), ...lies(random) }
  const bytes = forge(archive)
  if (random.once(30)) return bytes.subarray(0, random.below(bytes.length))
  return random.once(3) ? flipped(random, bytes) : bytes
}

function member(random: Random): ForgedMember {
  const name = random.pick(names)
  const root = random.once(15) ? random.pick(['', 'x/', 'example.com/m@v1.0.1/', 'example.com/M@v1.0.0/']) : prefix
  const content = /(^|\/)$/.test(name) ? '' : random.pick(['', 'hello\n', 'x'.repeat(5000), 'package a\n'])
  return {
    name: root + name,
    content,
    ...(random.once(4) ? { method: 0 } : {}),
    ...(random.once(20) ? { mode: random.pick([0o120777, 0o100644, 0o040755, 0o020666]) } : {}),
    ...(random.once(25) ? { crc32: random.pick([0, 1234]) } : {}),
    ...(random.once(30) ? { size: random.pick([0, 1, 6, 7, 5000, 5001, 600_000_000, 0xffffffff]) } : {}),
    ...(random.once(30) ? { compressedSize: random.below(100) } : {}),
    ...(random.once(40) ? { flags: random.pick([1, 8, 0x800]) } : {}),
    ...(random.once(40) ? { offset: random.below(200) } : {}),
    ...(random.once(50) ? { method: random.pick([1, 9, 12]) } : {}),
  }
}

function lies(random: Random): Omit<ForgedArchive, 'members'> {
  const bytes = (...texts: string[]) => Buffer.from(random.pick(texts), 'latin1')
  const end = 'PK\x05\x06'
  return {
    ...(random.once(20) ? { comment: bytes('hi', end, end + '\0'.repeat(18)) } : {}),
    ...(random.once(30) ? { before: bytes('#!/bin/sh\n') } : {}),
    ...(random.once(40) ? { after: bytes('x', end) } : {}),
    ...(random.once(40) ? { gap: bytes('gap') } : {}),
    ...(random.once(40) ? { count: random.below(6) } : {}),
    ...(random.once(20) ? { zip64: random.once(4) ? { count: random.below(6) } : {} } : {}),
    ...(random.once(40) ? { directoryOffset: random.below(300) } : {}),
    ...(random.once(60) ? { disk: 1 } : {}),
  }
}

function flipped(random: Random, bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes)
  for (let count = random.below(4); count >= 0; count--) copy[random.below(copy.length)] = random.below(256)
  return copy
}
