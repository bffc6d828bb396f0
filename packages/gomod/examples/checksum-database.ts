import { generateKey } from '@modgate/gomod/note'
import { memoryDatabase, memoryOps, serve, sumdbClient } from '@modgate/gomod/sumdb'

// A database that knows every module version, and a client that believes it only with a proof.
const { signer, verifier } = generateKey('sum.corp.example')
const h1 = `h1:${'A'.repeat(43)}=`
const database = memoryDatabase(signer, async (path, version) => `${path} ${version} ${h1}\n`)
const client = sumdbClient(
  verifier,
  memoryOps(async (path) => (await serve(database, path)).body),
)

const [line] = await client.lookup('example.com/lib', 'v1.0.0')
console.log(line === `example.com/lib v1.0.0 ${h1}`) // → true
