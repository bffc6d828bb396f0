import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesAccess } from './access.ts'
import { checkModuleZip, checkZip } from './check-zip.ts'
import { checkedFilesError } from './checked-files.ts'
import { ZipError } from './error.ts'
import type { ZipErrorCode } from './error.ts'
import { forge } from './forge.ts'
import type { ForgedMember } from './forge.ts'
import { maxGoMod, maxLicense, maxZipFile } from './limits.ts'

const module = { path: 'example.com/m', version: 'v1.0.0' }
const prefix = 'example.com/m@v1.0.0/'

/** Names from the module's root; an absolute member name begins with an equals sign. */
function zip(names: readonly (string | ForgedMember)[]) {
  const members = names.map((item) => {
    const member = typeof item === 'string' ? { name: item } : item
    const name = String(member.name)
    return { ...member, name: name.startsWith('=') ? name.slice(1) : prefix + name }
  })
  return bytesAccess(forge({ members }))
}

const valid: [claim: string, names: (string | ForgedMember)[]][] = [
  ['nothing', []],
  ['plain files', ['go.mod', 'a.go', 'b/c.go', 'LICENSE']],
  ['directories', ['', 'a/', 'a/b/', 'a/b/c.go', 'empty/']],
  ['no go.mod', ['a.go']],
  ['vendored files: what is in the zip counts', ['vendor/a/b.go', 'vendor/modules.txt']],
  ['letters of all scripts', ['日本.go', 'é/ü.go']],
  ['a name that looks like a Windows short name', ['a~1']],
  ['names with dots and signs', ['.git/x', 'a..b', '!a', 'a b', '{x}', 'a=b', 'a,b']],
  ['license of any size under another name', [{ name: 'license', size: maxLicense + 1 }]],
]

for (const [claim, names] of valid) {
  test(`a module zip may have ${claim}`, () => {
    const checked = checkZip(module, zip(names))
    assert.equal(checkedFilesError(checked), undefined)
    assert.equal(checked.valid.length, names.filter((name) => typeof name !== 'string' || !/(^|\/)$/.test(name)).length)
  })
}

const invalid: [claim: string, names: (string | ForgedMember)[], path: string, reason: RegExp][] = [
  ['a file of another module', ['=example.com/n@v1.0.0/a'], 'example.com/n@v1.0.0/a', /does not have prefix/],
  ['a file of another version', ['=example.com/m@v1.0.1/a'], 'example.com/m@v1.0.1/a', /does not have prefix/],
  ['another case of its prefix', ['=example.com/M@v1.0.0/a'], 'example.com/M@v1.0.0/a', /does not have prefix/],
  ['an absolute path', ['=/etc/passwd'], '/etc/passwd', /does not have prefix/],
  [
    'an absolute path behind the prefix',
    ['/etc/passwd'],
    `${prefix}/etc/passwd`,
    /not clean|empty path element|leading slash/,
  ],
  ['a slip out of its directory', ['../../x'], `${prefix}../../x`, /invalid path element|malformed/],
  ['a slip within', ['a/../b'], `${prefix}a/../b`, /not clean/],
  ['a dot element', ['./a'], `${prefix}./a`, /not clean/],
  ['an empty element', ['a//b'], `${prefix}a//b`, /not clean/],
  ['a backslash', ['a\\b'], `${prefix}a\\b`, /invalid char/],
  ['a colon', ['c:'], `${prefix}c:`, /invalid char/],
  ['a newline', ['a\nb'], `${prefix}a\nb`, /invalid char/],
  ['a NUL', ['a\0b'], `${prefix}a\0b`, /invalid char/],
  ['a Windows device name', ['con'], `${prefix}con`, /disallowed as path element component on Windows/],
  [
    'a Windows device name with an extension',
    ['d/AUX.go'],
    `${prefix}d/AUX.go`,
    /disallowed as path element component on Windows/,
  ],
  ['a trailing dot', ['a.'], `${prefix}a.`, /trailing dot/],
  ['a file twice', ['a', 'a'], `${prefix}a`, /multiple entries/],
  ['two cases of a file', ['a', 'A'], `${prefix}A`, /case-insensitive/],
  ['two cases of a directory', ['a/x', 'A/y'], `${prefix}A/y`, /case-insensitive/],
  ['case folding beyond ASCII', ['kelvin', '\u212aelvin'], `${prefix}\u212aelvin`, /case-insensitive/],
  ['a file that is a directory', ['a', 'a/b'], `${prefix}a/b`, /both a file and a directory/],
  ['a nested go.mod', ['a/go.mod'], `${prefix}a/go.mod`, /not in module root/],
  ['a nested GO.MOD', ['a/GO.MOD'], `${prefix}a/GO.MOD`, /not in module root/],
  ['another case of go.mod', ['Go.mod'], `${prefix}Go.mod`, /lowercase/],
  ['a huge go.mod', [{ name: 'go.mod', size: maxGoMod + 1 }], `${prefix}go.mod`, /too large/],
  ['a huge LICENSE', [{ name: 'LICENSE', size: maxLicense + 1 }], `${prefix}LICENSE`, /too large/],
]

for (const [claim, names, path, reason] of invalid) {
  test(`a module zip may not have ${claim}`, () => {
    const access = zip([...names, 'ok.go'])
    const checked = checkZip(module, access)
    assert.deepEqual(
      checked.invalid.map((fault) => fault.path),
      [path],
    )
    assert.match(checked.invalid[0]!.reason, reason)
    assert.ok(checked.valid.includes(`${prefix}ok.go`))
    assert.throws(
      () => checkModuleZip(module, access),
      (error) => error instanceof ZipError && error.code === 'files',
    )
  })
}

test('contents of more than 500 MiB are too large, of 500 MiB are not', () => {
  const half = maxZipFile / 2
  assert.equal(
    checkZip(
      module,
      zip([
        { name: 'a', size: half },
        { name: 'b', size: half },
      ]),
    ).sizeError,
    undefined,
  )
  const checked = checkZip(
    module,
    zip([
      { name: 'a', size: half },
      { name: 'b', size: half + 1 },
    ]),
  )
  assert.match(checked.sizeError ?? '', /total uncompressed size .* too large \(max size is 524288000 bytes\)/)
  assert.equal(checkedFilesError(checked)?.code, 'size')
})

test('a zip of more than 500 MiB is refused without a look at it', () => {
  const access = { size: maxZipFile + 1, read: () => assert.fail('was read') }
  assert.match(checkZip(module, access).sizeError ?? '', /module zip file is too large/)
  assert.throws(() => checkModuleZip(module, access), /module zip file is too large/)
})

const modules: [path: string, version: string, message: RegExp][] = [
  ['example.com/m', 'v1.0', /version "v1.0" is not canonical \(should be "v1.0.0"\)/],
  ['example.com/m', 'master', /not canonical/],
  ['example.com/m', 'v1.0.0+meta', /not canonical/],
  ['example.com/m', 'v2.0.0', /should be v0 or v1, not v2/],
  ['example.com/m/v2', 'v1.0.0', /should be v2, not v1/],
  ['m', 'v1.0.0', /missing dot in first path element/],
  ['example.com/../m', 'v1.0.0', /malformed module path/],
]

for (const [path, version, message] of modules) {
  test(`${path}@${version} has no module zip`, () => {
    assert.throws(
      () => checkZip({ path, version }, zip([])),
      (error) => error instanceof ZipError && error.code === 'module' && message.test(error.message),
    )
  })
}

const modes: [claim: string, mode: number, refused: boolean][] = [
  ['a regular file', 0o100644, false],
  ['no mode', 0, false],
  ['a symbolic link', 0o120777, true],
  ['a device', 0o020666, true],
  ['a pipe', 0o010644, true],
  ['a directory under a file name', 0o040755, true],
]

for (const [claim, mode, refused] of modes) {
  test(`a member whose mode says ${claim} is ${refused ? 'refused' : 'taken'}`, () => {
    const access = zip([{ name: 'a', content: '/etc/passwd', mode }])
    assert.equal(checkZip(module, access).valid.length, 1)
    if (refused) assert.throws(() => checkModuleZip(module, access), /a: not a regular file/)
    else assert.doesNotThrow(() => checkModuleZip(module, access))
  })
}

const content: [claim: string, member: ForgedMember, code: ZipErrorCode][] = [
  ['a wrong checksum', { name: 'a', content: 'x', crc32: 1 }, 'checksum'],
  ['a bomb', { name: 'a', content: Buffer.alloc(1 << 20), size: 10 }, 'size'],
  ['an unknown compression', { name: 'a', method: 12 }, 'algorithm'],
]

for (const [claim, member, code] of content) {
  test(`checkModuleZip reads the content and finds ${claim}`, () => {
    assert.throws(
      () => checkModuleZip(module, zip([member])),
      (error) => error instanceof ZipError && error.code === code && error.message.includes(`${prefix}a`),
    )
  })
}

test('the error names the files to blame, but not thousands of them', () => {
  const checked = checkZip(module, zip(Array.from({ length: 1000 }, (_, i) => `${i}\\`)))
  const error = checkedFilesError(checked)
  assert.equal(error?.message.split('\n').length, 21)
  assert.match(error.message, /and 980 more$/)
})

test('an unexpected file is reported in the words of the go command', () => {
  assert.throws(
    () => checkModuleZip(module, zip(['=other@v1.0.0/go.mod'])),
    /zip for example\.com\/m@v1\.0\.0 has unexpected file other@v1\.0\.0\/go\.mod/,
  )
})
