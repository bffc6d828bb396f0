import { hash1, hashModuleZip } from '@modgate/gomod/dirhash'
import { bytesAccess, create } from '@modgate/gomod/zip'

const module = { path: 'example.com/lib', version: 'v1.0.0' }
const content = new TextEncoder().encode('module example.com/lib\n')
const parts: Uint8Array[] = []
const sink = { write: (bytes: Uint8Array) => void parts.push(bytes) }
await create(sink, module, [{ path: 'go.mod', kind: 'file', size: content.length, open: () => [content] }])

// Checks the archive as the go command would before it unpacks it, and hashes it, in one pass.
const h1 = hashModuleZip(module, bytesAccess(Buffer.concat(parts)))
console.log(h1 === hash1([{ name: 'example.com/lib@v1.0.0/go.mod', content }])) // → true
