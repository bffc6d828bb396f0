/**
 * How secrets look in text: by where they stand (user information, headers, parameters, assignments, netrc) and by their own shape.
 * Each pattern takes time linear in the text: it starts at a fixed text or a word, and runs that can overlap are bounded. None takes
 * a quote or a backslash with it, so that JSON and quoted shell words stay what they are.
 */

/** A pattern, and the match without its secret. `mark` is what stands in its place. */
export interface SecretShape {
  readonly pattern: RegExp
  readonly show: (match: Groups, mark: string) => string
}

/** The whole match at 0, then the groups; `before` is what stands in front of it, at most eight characters. */
export interface Groups {
  readonly all: string
  readonly before: string
  readonly groups: readonly string[]
}

const secretWord = /token|secret|passw|passphrase|credential|api[-_]?key|private[-_]?key|access[-_]?key|signature/i
/** PWD alone is the working directory. */
const secretEnd = /(^|[-_.])(pass|pat|auth|sig)$|[-_.]pwd$/i
/** `…_FILE` is where a secret rests, `…_COUNT` how many there are: neither is one. */
const notSecretEnd = /(file|path|dir|url|uri|name|helper|host|count|ttl|type|length|permissions?|expir\w*|endpoint)$/i

/** Whether what has this name is secret: a variable of the environment, a key, a query parameter. */
export function isSecretName(name: string): boolean {
  return (secretWord.test(name) || secretEnd.test(name)) && !notSecretEnd.test(name)
}

/** `$NAME`, `${{ secrets.X }}`, `%NAME%`: where the secret comes from, and nothing of it. */
const reference = /^(\$\w+|\$\{[^}]*\}\}?|\$\([^)]*\)|%\w+%|\*+|x{3,}|<[^>]*>|\[redacted\])$/

function unlessReference(value: string, mark: string): string {
  return reference.test(value) ? value : mark
}

/** https://user:password@host; of ssh the user is an account's name, like git. */
const userInformation: SecretShape = {
  pattern: /:\/\/([^/\s'"`\\<>?#]*)@/g,
  show: ({ groups: [user = ''], before }, mark) =>
    before.endsWith('ssh') && !user.includes(':') ? `://${user}@` : `://${mark}@`,
}

/** A slash in a password that nobody encoded; digits and a slash are a port. */
const slashedPassword: SecretShape = {
  pattern: /:\/\/[^/\s:@,|[\]'"`\\<>?#]{1,128}:(?!\d{1,5}[/?#])[^\s@'"`\\<>]{1,256}@/g,
  show: (_match, mark) => `://${mark}@`,
}

const encodedUserInformation: SecretShape = {
  pattern: /%3A%2F%2F(?:(?!%2F|%40)[^\s'"`\\&]){1,512}%40/gi,
  show: (_match, mark) => `%3A%2F%2F${mark}%40`,
}

/** user:password@host without a scheme, at the head of a value. What follows `tag@` in the name of an image is a digest. */
const bareUserInformation: SecretShape = {
  pattern: /(^|[=|"'])(?!\w{1,12}:\/\/)[\w.%+~-]{1,128}:[^\s/@:'"`\\]{1,256}@(?!sha\d)(?=[\w[])/gm,
  show: ({ groups: [start = ''] }, mark) => `${start}${mark}@`,
}

const header: SecretShape = {
  pattern:
    /(?<![\w-])((?:(?:proxy-)?authorization|(?:set-)?cookie|(?:private|job|deploy|x-auth|x-gitlab|x-vault|x-goog-iam-authorization|x-amz-security)-token|x-(?:jfrog-art-)?api-?key|x-jfrog-art-api)(?:\\?["'])?[ \t]{0,8}[:=][ \t]{0,8}(?:\\?["'])?)((?:bearer|basic|token|digest|negotiate)[ \t]+)?((?:[^\r\n"'\\]|\\(?![nrt"'\\]))+)/gi,
  show: ({ groups: [name = '', scheme = '', value = ''] }, mark) => name + scheme + unlessReference(value.trim(), mark),
}

/** A word that follows "bearer" in prose has no digit, sign or capital inside. */
const bearer: SecretShape = {
  pattern: /\b(bearer[ \t]{1,8})([\w.~+/=-]{6,})/gi,
  show: ({ all, groups: [word = '', value = ''] }, mark) =>
    /[\d_~+/=]|[a-z][A-Z]|\w[.-]\w/.test(value) ? word + mark : all,
}

/** A `Basic` value is base64 of `user:password`; other words that follow "basic" are prose. */
const basic: SecretShape = {
  pattern: /\b(basic[ \t]{1,8})([A-Za-z0-9+/_=-]{4,})/gi,
  show: ({ all, groups: [word = '', value = ''] }, mark) =>
    Buffer.from(value.slice(0, 4096), 'base64').includes(':') ? word + mark : all,
}

const queryParameter: SecretShape = {
  pattern: /([?&;])([\w.~%[\]-]{1,64})=([^&\s#;'"`\\<>]+)/g,
  show: ({ all, groups: [start = '', name = '', value = ''] }, mark) =>
    isSecretName(name) ? `${start}${name}=${unlessReference(value, mark)}` : all,
}

/** `NAME=value`, `--name=value`, `"name": "value"`, `name: value`. In YAML and JSON the colon; in prose a blank behind it is no value. */
const assignment: SecretShape = {
  pattern:
    /(?<![\w.?&-])([A-Za-z_-][\w.-]{1,63})((?:\\?["'])?[ \t]{0,4}(?:=|:(?!\/))[ \t]{0,4}(?:\\?["'])?)(\$\{\{[^}\r\n]{0,256}\}\}|[^\s'"`\\&;,|]+)/g,
  show: ({ all, groups: [name = '', equals = '', value = ''] }, mark) =>
    isSecretName(name) ? name + equals + unlessReference(value, mark) : all,
}

/** The same with a value in quotes, which may hold blanks. */
const quotedAssignment: SecretShape = {
  pattern:
    /(?<![\w.?&-])([A-Za-z_-][\w.-]{1,63})((?:\\?["'])?[ \t]{0,4}[=:][ \t]{0,4})(\\?["'])([^'"\\\r\n]{1,4096})(?=\\?["'])/g,
  show: ({ all, groups: [name = '', equals = '', quote = '', value = ''] }, mark) =>
    isSecretName(name) ? name + equals + quote + unlessReference(value, mark) : all,
}

/** `--token value`, and curl's `-u user:password`. */
const option: SecretShape = {
  pattern:
    /((?<!\S)(?:--[\w-]{0,40}(?:token|password|passwd|secret|api-key)[ \t]{1,8}|(?:-u|--user)[ \t=]{1,8}(?=\S{1,256}:)))(?!-)([^\s'"`\\]+)/gi,
  show: ({ groups: [name = '', value = ''] }, mark) => name + unlessReference(value, mark),
}

/** `machine host login user password secret`, on one line or several, also with its line ends escaped. */
const netrc: SecretShape = {
  pattern:
    /\b(machine[ \t]{1,8}[^\s'"`\\]{1,256}|default)((?:(?:\s|\\[nrt]){1,64}(?:login|password|account)(?:\s|\\[nrt]){1,64}[^\s'"`\\]+){1,3})/g,
  show: ({ groups: [machine = '', rest = ''] }, mark) =>
    machine + rest.replace(/((?:login|password|account)(?:\s|\\[nrt])+)[^\s'"`\\]+/g, `$1${mark}`),
}

/** The line of a netrc that has nothing else. */
const netrcLine: SecretShape = {
  pattern: /^([ \t]{0,32}password[ \t]{1,8})[^\s'"`\\]+(?=[ \t]{0,32}$)/gm,
  show: ({ groups: [start = ''] }, mark) => start + mark,
}

/** Tokens that say by their head what they are. */
const tokenHeads = [
  'gh[opsru]_[A-Za-z0-9]{20,}',
  'github_pat_[A-Za-z0-9_]{20,}',
  'gl(?:pat|cbt|dt|rt|oas|ptt|ft|soat|imt|agent|ffct)-[A-Za-z0-9_.=-]{16,}',
  'xox[abeoprs]-[A-Za-z0-9-]{10,}',
  'xapp-[A-Za-z0-9-]{20,}',
  'A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9])',
  'AIza[A-Za-z0-9_-]{35}',
  'ya29\\.[A-Za-z0-9_-]{20,}',
  'npm_[A-Za-z0-9]{30,}',
  'pypi-[A-Za-z0-9_-]{40,}',
  'dckr_pat_[A-Za-z0-9_-]{20,}',
  'dop_v1_[a-f0-9]{40,}',
  'hv[sb]\\.[A-Za-z0-9_-]{20,}',
  'AT(?:ATT|BB)[A-Za-z0-9_=-]{20,}',
  'AKCp[A-Za-z0-9]{40,}',
  'cmVmdGtu[A-Za-z0-9]{40,}',
  'hf_[A-Za-z0-9]{30,}',
  '[sr]k_(?:live|test)_[A-Za-z0-9]{16,}',
  'sk-(?=[A-Za-z_-]{0,64}\\d)(?=[a-z0-9_-]{0,64}[A-Z])[A-Za-z0-9_-]{20,}',
  'eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{4,}(?:\\.[A-Za-z0-9_-]*)?',
  'PRIVATE\\+KEY\\+[^\\s\'"`\\\\]+',
]

const token: SecretShape = {
  pattern: new RegExp(`(?<![A-Za-z0-9_-])(?:${tokenHeads.join('|')})`, 'g'),
  show: (_match, mark) => mark,
}

/** In the order in which they are applied: what stands in a known place first. */
export const secretShapes: readonly SecretShape[] = [
  userInformation,
  slashedPassword,
  encodedUserInformation,
  bareUserInformation,
  header,
  bearer,
  basic,
  queryParameter,
  quotedAssignment,
  assignment,
  option,
  netrc,
  netrcLine,
  token,
]

/**
 * The text without private keys in PEM (RFC 7468), also those that are cut off: what follows the head up to the foot, or to the first
 * character that base64 does not have.
 */
export function withoutPrivateKeys(text: string, mark: string): string {
  const head = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g
  const parts: string[] = []
  let from = 0
  for (let found = head.exec(text); found !== null; found = head.exec(text)) {
    parts.push(text.slice(from, head.lastIndex), mark)
    from = endOfKey(text, head.lastIndex)
    head.lastIndex = from
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(from)
}

/** Behind the foot, or where the text stops to look like base64 and the fields in front of it. */
function endOfKey(text: string, start: number): number {
  const body = /[A-Za-z0-9+/=:,\s\\]*/y
  let at = start
  for (;;) {
    body.lastIndex = at
    body.exec(text)
    at = body.lastIndex
    if (text[at] !== '-' || text[at + 1] === '-') break
    at++
  }
  const foot = /-----END [A-Z0-9 ]{0,40}-----/y
  foot.lastIndex = at
  return foot.test(text) ? foot.lastIndex : at
}
