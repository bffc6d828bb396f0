import type { Random } from '../differential/random.ts'

/** Pages by host and path. */
export type Site = ReadonlyMap<string, { readonly status: number; readonly body: string }>

/** A path, and what the hosts around it answer. */
export interface DiscoveryRow {
  readonly path: string
  /** A word that stands in the path, and in every URL to which it may lead. */
  readonly mark: string
  /** The root that a rule gives the path; undefined where pages are asked. Nothing in go's traces says it. */
  readonly byRule?: string
  readonly site: Site
}

/** Rows for each rule, and some that chance makes. */
export function discoveryRows(random: Random): readonly DiscoveryRow[] {
  return [...rules.map(ruleRow), ...written.map(pageRow), ...random.times(220, () => chance(random)).map(chanceRow)]
}

/** `*` is the mark; behind the bar stands the root, where the path has one. */
const rules = [
  'github.com/*/lib | github.com/*/lib',
  'github.com/*/lib/sub/v2 | github.com/*/lib',
  'github.com/*',
  'github.com/*/lib.git',
  'github.com/*/lib.git/sub',
  'github.com/*/lib.hg',
  'github.com/*/lib/sub.git | github.com/*/lib',
  'github.com/*/a~b',
  'github.com/*/lib/a~b',
  'github.com/*/.lib | github.com/*/.lib',
  'bitbucket.org/*/lib/sub | bitbucket.org/*/lib',
  'bitbucket.org/*/lib.svn',
  'bitbucket.org/*',
  'hub.jazz.net/git/*/lib/sub | hub.jazz.net/git/*/lib',
  'hub.jazz.net/git/*/lib.git',
  'hub.jazz.net/git/*',
  'git.apache.org/*.git | git.apache.org/*.git',
  'git.apache.org/*.git/sub | git.apache.org/*.git',
  'git.apache.org/*',
  'git.apache.org/*.git.x/sub',
  'git.openstack.org/*/lib | git.openstack.org/*/lib',
  'git.openstack.org/*/lib.git/sub | git.openstack.org/*/lib.git',
  'git.openstack.org/*',
  'chiselapp.com/user/*/repository/lib | chiselapp.com/user/*/repository/lib',
  'chiselapp.com/user/*/repository/lib/sub',
  'chiselapp.com/user/*-x/repository/lib',
  'host.example/*.git | host.example/*.git',
  'host.example/*/lib.git/sub/v2 | host.example/*/lib.git',
  'host.example/*/~lib.git/~sub | host.example/*/~lib.git',
  'host.example/*/lib.git.git/sub | host.example/*/lib.git.git',
  'host.example/*/lib.git/x.hg | host.example/*/lib.git/x.hg',
  'host.example/*/lib.git/x/y.git/z | host.example/*/lib.git/x/y.git',
  'host.example/*/lib.svn/sub | host.example/*/lib.svn',
  'host.example/*/lib.hg/sub | host.example/*/lib.hg',
  'host.example/*/lib.fossil | host.example/*/lib.fossil',
  'host.example/*/lib.bzr',
  'host.example/*/sshonly.git/sub | host.example/*/sshonly.git',
  'host.example/*/nobody.git',
  'a--b.host.example/*.git | a--b.host.example/*.git',
]

function ruleRow(line: string, index: number): DiscoveryRow {
  const mark = `rule${index}x`
  const [path = '', root] = line.replaceAll('*', mark).split(' | ')
  return { path, mark, ...(root === undefined ? {} : { byRule: root }), site: new Map() }
}

const tag = (content: string) => `<meta name="go-import" content="${content}">`

/** A path, and the pages of it and of its parents. `*` is the host, `~` the mark; a page is a tag, where it begins with no `<`. */
interface Written {
  readonly path: string
  readonly pages: Readonly<Record<string, string>>
  readonly status?: number
}

const lib = '*/lib git https://git.example/~'

const written: readonly Written[] = [
  { path: '*/lib', pages: { '*/lib': lib } },
  { path: '*/lib', pages: { '*/lib': lib }, status: 404 },
  { path: '*/lib', pages: { '*/lib': lib }, status: 500 },
  { path: '*/lib', pages: { '*/lib': '<html></html>' }, status: 500 },
  { path: '*/lib', pages: {} },
  { path: '*', pages: { '*/': '* git https://git.example/~' } },
  { path: '*/lib/sub', pages: { '*/lib': lib, '*/lib/sub': lib } },
  { path: '*/lib/sub', pages: { '*/lib': lib } },
  { path: '*/lib/sub', pages: { '*/lib/sub': lib } },
  { path: '*/lib/sub', pages: { '*/lib/sub': lib, '*/lib': '*/lib git https://git.example/~/other' } },
  { path: '*/lib/sub', pages: { '*/lib/sub': lib, '*/lib': '*/lib hg https://git.example/~' } },
  { path: '*/lib/sub', pages: { '*/lib/sub': lib, '*/lib': `${lib} dir` } },
  { path: '*/lib/sub', pages: { '*/lib/sub': lib, '*/lib': `${tag(lib)}${tag(lib)}` } },
  {
    path: '*/lib/sub',
    pages: { '*/lib/sub': lib, '*/lib': `${tag(lib)}${tag('*/lib/sub/x git https://git.example/~')}` },
  },
  { path: '*/lib/sub', pages: { '*/lib/sub': '* git https://git.example/~', '*/': '* git https://git.example/~' } },
  { path: '*/lib', pages: { '*/lib': '*/li git https://git.example/~' } },
  { path: '*/lib', pages: { '*/lib': '*/library git https://git.example/~' } },
  { path: '*/lib', pages: { '*/lib': `${tag('*/library git https://git.example/~/no')}${tag(lib)}` } },
  { path: '*/lib', pages: { '*/lib': `${tag(lib)}${tag('*/lib hg https://hg.example/~')}` } },
  { path: '*/lib', pages: { '*/lib': `${tag(lib)}${tag('*/lib mod https://m.mod.example/~')}` } },
  {
    path: '*/lib',
    pages: { '*/lib': `${tag('*/lib mod https://m.mod.example/~')}${tag('*/lib mod https://n.mod.example/~')}` },
  },
  { path: '*/lib', pages: { '*/lib': '*/lib mod https://m.mod.example/~/base' } },
  { path: '*/lib/sub', pages: { '*/lib/sub': `${tag(lib)}${tag('*/lib/sub mod https://m.mod.example/~')}` } },
  {
    path: '*/lib/sub',
    pages: { '*/lib/sub': '*/lib mod https://m.mod.example/~', '*/lib': '*/lib mod https://m.mod.example/~' },
  },
  { path: '*/lib', pages: { '*/lib': `${lib} dir/below` } },
  { path: '*/lib', pages: { '*/lib': `${lib} /dir` } },
  { path: '*/lib', pages: { '*/lib': `${lib} -dir` } },
  { path: '*/lib', pages: { '*/lib': `${lib} dir more` } },
  { path: '*/lib', pages: { '*/lib': '*/lib git' } },
  { path: '*/lib', pages: { '*/lib': '*/lib hg https://hg.example/~' } },
  { path: '*/lib', pages: { '*/lib': '*/lib fossil https://fossil.example/~' } },
  { path: '*/lib', pages: { '*/lib': '*/lib cvs https://git.example/~' } },
  { path: '*/lib', pages: { '*/lib': '*/lib git ssh://git@git.example/~' } },
  { path: '*/lib', pages: { '*/lib': '*/lib git ssh://git@git.example:2222/~' } },
  { path: '*/lib', pages: { '*/lib': '*/lib git git.example/~' } },
  { path: '*/lib', pages: { '*/lib': '*/lib git file:///~' } },
  { path: '*/lib', pages: { '*/lib': `<meta content="${lib}" name=go-import>` } },
  { path: '*/lib', pages: { '*/lib': `<META NAME='go-import' CONTENT='${lib}'/>` } },
  { path: '*/lib', pages: { '*/lib': `<x:meta name="go-import" y:content="${lib}"/>` } },
  { path: '*/lib', pages: { '*/lib': `<meta name="Go-Import" content="${lib}">` } },
  { path: '*/lib', pages: { '*/lib': `<!-- ${tag(lib)} -->` } },
  { path: '*/lib', pages: { '*/lib': `<title>"${tag(lib)}"</title>` } },
  { path: '*/lib', pages: { '*/lib': `<p title='${tag(lib)}'>` } },
  { path: '*/lib', pages: { '*/lib': `<body>${tag(lib)}` } },
  { path: '*/lib', pages: { '*/lib': `<head></head>${tag(lib)}` } },
  { path: '*/lib', pages: { '*/lib': `<head/>${tag(lib)}` } },
  { path: '*/lib', pages: { '*/lib': `${tag(lib)}<script>if (a < b) {}</script>` } },
  { path: '*/lib', pages: { '*/lib': `<script>if (a < b) {}</script>${tag(lib)}` } },
  { path: '*/lib', pages: { '*/lib': `<?xml version="1.0" encoding="latin1"?>${tag(lib)}` } },
  { path: '*/lib', pages: { '*/lib': `<meta name="go-import" content="*/lib&#x20;git&#9;https://git.example/~">` } },
  {
    path: '*/lib',
    pages: { '*/lib': `<meta name="go-import" content="\u00a0*/lib\u2003git https://git.example/~\n">` },
  },
  { path: '*/lib', pages: { '*/lib': `<meta name="go-import" content="\ufeff*/lib git https://git.example/~">` } },
]

function pageRow({ path, pages, status = 200 }: Written, index: number): DiscoveryRow {
  return row({ path, pages, status }, `page${index}x`)
}

function row({ path, pages, status = 200 }: Written, mark: string): DiscoveryRow {
  const filled = (text: string) => text.replaceAll('*', `${mark}.vanity.example`).replaceAll('~', mark)
  const site = Object.entries(pages).map(
    ([place, page]) => [filled(place), { status, body: filled(page.startsWith('<') ? page : tag(page)) }] as const,
  )
  return { path: filled(path), mark, site: new Map(site) }
}

const chanceRow = (made: Written, index: number): DiscoveryRow => row(made, `luck${index}x`)

const prefixes = ['*', '*/lib', '*/lib', '*/lib/sub', '*/lib/sub/x', '*/li', '*/library', 'other.example/lib', '*/']
const systems = ['git', 'git', 'git', 'hg', 'mod', 'mod', 'fossil', 'GIT', 'cvs']
const places = ['https://git.example/~', 'https://m.mod.example/~', 'https://git.example/~', 'ssh://git@git.example/~']
const wraps = ['<head>$</head>', '<html><head><title>a &amp; b</title>$</head><body>', '$', '$', '<!-- x -->$', '$</p>', '<body>$'] // prettier-ignore

function chance(random: Random): Written {
  const path = random.pick(['*', '*/lib', '*/lib/sub', '*/lib/sub'])
  const tags = random.some(3, () => {
    const [vcs, url] = [random.pick(systems), random.pick(places)]
    // A proxy answers where proxies are, and a repository elsewhere: go would ask both, and a test must tell them apart.
    const place = vcs === 'mod' ? places[1]! : vcs === 'git' ? url.replace('m.mod', 'git') : places[0]!
    return tag(`${random.pick(prefixes)} ${vcs} ${place}${random.once(5) ? ' dir' : ''}`)
  })
  const page = (some: readonly string[]) => random.pick(wraps).replace('$', () => some.join(''))
  const own = path === '*' ? '*/' : path
  const parents = ['*/', '*/lib', '*/lib/sub'].filter((place) => place !== own && !random.once(4))
  // Mostly they agree, as they have to.
  const others = parents.map((place) => [place, page(random.once(4) ? tags.slice(1) : tags)] as const)
  return { path, pages: { ...Object.fromEntries(others), [own]: page(tags) }, status: random.once(8) ? 404 : 200 }
}
