import type { KnownError } from '../known-error.ts'
import { ofModule } from './of-module.ts'

/** What was downloaded is not what go.sum or the checksum database says. */
export const mismatches: readonly KnownError[] = [
  {
    id: 'MG1042',
    title: 'checksum mismatch with go.sum',
    literal: 'checksum mismatch',
    pattern:
      /verifying (?<module>[^\s@]{1,1000})@(?<version>[^\s:]{1,1000}): checksum mismatch\n\tdownloaded: (?<downloaded>\S{1,1000})\n\tgo\.sum: +(?<recorded>\S{1,1000})/,
    cause:
      'The bytes of {module}@{version} that came now are not those of which go.sum keeps the hash. The tag was moved, two machines fetched by different ways, the module cache is damaged, somebody edited go.sum, or somebody tampers.',
    not: 'GOSUMDB=off does not help, nor does GONOSUMDB: the database was not asked, go.sum is checked always. And deleting go.sum hides the finding instead of explaining it.',
    fix: [
      'Take the hash of the checksum database as the third witness.',
      'Database = go.sum: your source is wrong; remove this one version from the module cache and fetch it through a good proxy.',
      'Database = download: go.sum is stale; remove the two lines of this version and run `go mod tidy`.',
      'Private, without a third witness: ask the author whether the tag was moved.',
    ],
    proof: 'modgate explain --mismatch {module}@{version}',
    versions: '1.22 and 1.26 tried',
    sample:
      "verifying hello.example/hello@v1.0.0: checksum mismatch\n\tdownloaded: h1:hZk+oWcThqvPbEYPBQ5tbXx+SiFGzCs9ASMfjRrE+qg=\n\tgo.sum:     h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nSECURITY ERROR\nThis download does NOT match an earlier download recorded in go.sum.\nThe bits may have been replaced on the origin server, or an attacker may\nhave intercepted the download attempt.\n\nFor more information, see 'go help module-auth'.",
    rank: 'root',
  },
  {
    id: 'MG1043',
    title: 'checksum mismatch with the checksum database',
    literal: 'reported by the checksum server',
    pattern: ofModule(
      /verifying (?:module|go\.mod|[^\s:]{1,1000}): checksum mismatch\n\tdownloaded: (?<downloaded>\S{1,1000})\n\t(?!go\.sum)(?<database>\S{1,1000}): (?<recorded>\S{1,1000})\n\nSECURITY ERROR\nThis download does NOT match the one reported by the checksum server/,
    ),
    cause:
      'The record in {database} has another hash of {module}@{version} than what was downloaded: the author moved the tag after the first publication, which for the log of a gate is the first time that the gate saw it, or the source is false.',
    not: 'Not the go.sum of the project, which does not know this version yet. And not a signature failure: that has a text of its own.',
    fix: [
      'Fetch it through a proxy that still has the first publication.',
      'Use a newer version, and tell the author that a published tag must not move.',
      'Never switch the database off to get past this.',
    ],
    proof: 'modgate explain --mismatch {module}@{version}',
    versions: '1.22 and 1.26 tried',
    sample:
      "go: hello.example/hello@v1.0.0: verifying go.mod: checksum mismatch\n\tdownloaded: h1:7SANGePZI0IRzrk4e4KD3brbO4hgrEB0nM3iLTxuKPk=\n\tsumdb.example: h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nSECURITY ERROR\nThis download does NOT match the one reported by the checksum server.\nThe bits may have been replaced on the origin server, or an attacker may\nhave intercepted the download attempt.\n\nFor more information, see 'go help module-auth'.",
    rank: 'root',
  },
  {
    id: 'MG1101',
    title: 'the answer of the checksum database is about something else',
    literal: 'checksum missing from sumdb response',
    pattern: ofModule(/verifying (?:go\.mod|module|\S{1,1000}): checksum missing from sumdb response/),
    cause:
      'The record for {module}@{version} came with a good signature, and holds no hash of it. Whoever passed the answer on, usually the proxy, served another record.',
    not: 'No older go is a way out: those took such an answer for a yes.',
    fix: ['Do not trust this proxy; try another.', 'Tell its owner: it was how downloads could be replaced unseen.'],
    proof: 'modgate doctor --deep',
    versions: '1.26 tried',
    sample:
      "go: hello.example/hello@v1.0.0: verifying go.mod: checksum missing from sumdb response\n\nSECURITY ERROR\nThis download does NOT match one reported by the checksum server.\nThe checksum server has provided checksums, but the checksums do\nnot contain an entry for the download.\nThe checksum server may be malfunctioning, or an attacker may have\nintercepted the checksum request.\nThe download cannot be verified.\n\nFor more information, see 'go help module-auth'.",
    rank: 'root',
  },
  {
    id: 'MG1044',
    title: 'the checksum database shows two histories',
    literal: 'go.sum database server misbehavior detected!',
    pattern: /SECURITY ERROR\ngo\.sum database server misbehavior detected!/,
    cause:
      'What the database says now cannot be a continuation of what it said before. It was restored from a backup, replaced under the same key, or it lies to somebody.',
    not: 'Cleaning the module cache does not help: the older head stands in GOPATH/pkg/sumdb.',
    fix: [
      'Stop, and keep the whole message: it is the proof.',
      'A database of your own: bring the newer tree back. If it is lost, start again under a new name and key.',
      'sum.golang.org: report it to the Go security team.',
    ],
    proof: 'cat "$(go env GOPATH)"/pkg/sumdb/*/latest',
    versions: '1.22 and 1.26 tried',
    sample:
      'SECURITY ERROR\ngo.sum database server misbehavior detected!\n\nold database:\n\tgo.sum database tree\n\t321\n\ts0hTDA3wLSzdxyKSlUSgdnztxEZPL5Un5stbDIhcNL4=\n\t\n\t— sumdb.example BMpLCFU6Zh/ANyG1L+fD6yw+jHt+lh6Mpu0mGagOTV905lWHCPGmSmv0PVjYbCogO2FsFu4pY8MiTRQR4HmWLV4mgAg=\n\t\nnew database:\n\tgo.sum database tree\n\t321\n\tHrq3+yujltYC5qa0vGFz+G0SUsO0waD1WaG6BNRvB8A=\n\t\n\t— sumdb.example BMpLCPiwDO1ZutKSt4Tq6d5NfoiSo+KujUmHF3D3gGyv51wKEuxQdradRbdbAbwMcneUgwGlUU+/MGA33aCBvhrJHQY=\n\t\nproof of misbehavior:\n\tHrq3+yujltYC5qa0vGFz+G0SUsO0waD1WaG6BNRvB8A=',
    rank: 'root',
  },
  {
    id: 'MG1135',
    title: 'a tile of the checksum database does not fit its head',
    literal: 'downloaded inconsistent tile',
    pattern: ofModule(/verifying (?:go\.mod|module): (?<file>\S{1,1000}): [^\n]{0,200}downloaded inconsistent tile/),
    cause:
      'A piece of the tree of the database does not hash to its signed head: a cache in between mixes an old piece with a new head, or the database was replaced under the same key.',
    fix: [
      'Look whether the proxy caches /sumdb/ answers wrongly: tiles may be kept for ever, `latest` for seconds.',
      'A database of your own: never start an empty tree under a key that was used.',
    ],
    proof: 'modgate doctor --deep',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: tool.example/tool@v1.0.0: verifying go.mod: tool.example/tool@v1.0.0/go.mod: initializing sumdb.Client: checking tree#321: downloaded inconsistent tile',
    rank: 'root',
  },
  {
    id: 'MG1045',
    title: 'the checksum database signs with another key',
    literal: 'note has no verifiable signatures',
    pattern: ofModule(/verifying (?:go\.mod|module): \S{1,1000}: reading tree note: note has no verifiable signatures/),
    cause:
      'The database answered with a head that the key in GOSUMDB did not sign: the key was mistyped or changed, or the answer comes from somebody else.',
    fix: [
      'Copy the key again, all of it, in quotes: it holds `+`, `/` and `=`.',
      'Ask whoever runs the database for its present key.',
    ],
    proof: 'go env GOSUMDB',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: verifying go.mod: hello.example/hello@v1.0.0/go.mod: reading tree note: note has no verifiable signatures\nnote:\ngo.sum database tree\n321\nHrq3+yujltYC5qa0vGFz+G0SUsO0waD1WaG6BNRvB8A=\n\n— sumdb.example BMpLCPiwDO1ZutKSt4Tq6d5NfoiSo+KujUmHF3D3gGyv51wKEuxQdradRbdbAbwMcneUgwGlUU+/MGA33aCBvhrJHQY=',
    rank: 'root',
  },
  {
    id: 'MG1073',
    title: 'a module in the cache was changed',
    literal: ['dir has been modified', 'zip has been modified'],
    pattern:
      /(?:^|\s)(?<module>\S{1,1000}) (?<version>v\S{1,1000}): (?<what>dir|zip) has been modified \((?<path>[^)\n]{1,1000})\)/,
    cause:
      'Files of {module} {version} in the module cache are not what was downloaded: somebody edited them, a tool wrote there, or the disk is damaged.',
    not: '`go clean -modcache` is more than is needed: it fetches everything again.',
    fix: [
      'Remove this one version: chmod -R u+w and delete {path}.',
      'Find who writes there: an editor that jumped to a definition, or a build with -modcacherw.',
      'Build again: the go command unpacks it anew.',
    ],
    proof: 'go mod verify',
    versions: '1.22 and 1.26 tried',
    sample: 'hello.example/hello v1.0.0: dir has been modified (/home/dev/go/pkg/mod/hello.example/hello@v1.0.0)',
  },
]
