import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatJSON, toJSON, workToJSON } from './json.ts'
import { parse, parseWork } from './parse.ts'

test('the JSON of a file is what go mod edit -json prints', () => {
  const source = `// Deprecated: use <n> & "o"
module example.com/m

go 1.23.0

toolchain go1.23.4

godebug default=go1.21

require a.example/b v1.0.0 // indirect

exclude a.example/b v1.0.1

replace a.example/b v1.0.0 => ../b

tool a.example/b/cmd

ignore ./x
`
  const file = parse('go.mod', source)
  const expected = String.raw`{
	"Module": {
		"Path": "example.com/m",
		"Deprecated": "use \u003cn\u003e \u0026 \"o\""
	},
	"Go": "1.23.0",
	"Toolchain": "go1.23.4",
	"GoDebug": [
		{
			"Key": "default",
			"Value": "go1.21"
		}
	],
	"Require": [
		{
			"Path": "a.example/b",
			"Version": "v1.0.0",
			"Indirect": true
		}
	],
	"Exclude": [
		{
			"Path": "a.example/b",
			"Version": "v1.0.1"
		}
	],
	"Replace": [
		{
			"Old": {
				"Path": "a.example/b",
				"Version": "v1.0.0"
			},
			"New": {
				"Path": "../b"
			}
		}
	],
	"Retract": null,
	"Tool": [
		{
			"Path": "a.example/b/cmd"
		}
	],
	"Ignore": [
		{
			"Path": "./x"
		}
	]
}
`
  assert.equal(formatJSON(toJSON(file)), expected)
})

test('without markup JSON.stringify alone gives the same', () => {
  const file = parse('go.mod', 'module "a\\tb"\nretract v1.0.0 // broken')
  assert.equal(JSON.stringify(toJSON(file), null, '\t') + '\n', formatJSON(toJSON(file)))
})

test('broken bytes become replacement characters, and what looks like one stays', () => {
  const file = parseWork('go.work', Buffer.from('use "\\xff\\\\udcff\\u2028"'))
  assert.equal(formatJSON(workToJSON(file)).split('\n')[3], String.raw`			"DiskPath": "\ufffd\\udcff\u2028"`)
})

test('an empty file has a module without a path', () => {
  const text =
    '{"Module":{"Path":""},"Require":null,"Exclude":null,"Replace":null,"Retract":null,"Tool":null,"Ignore":null}'
  assert.equal(JSON.stringify(toJSON(parse('go.mod', ''))), text)
})

test('what lines repeat is told once: the first exclusion, the last replacement', () => {
  const file = parse(
    'go.mod',
    'exclude a v1.0.0\nexclude a v1.0.0\nreplace a => ../1\nreplace a => ../2\ntool b\ntool b\n',
  )
  const { Exclude, Replace, Tool } = toJSON(file)
  assert.deepEqual([Exclude?.length, Replace?.map((replace) => replace.New.Path), Tool?.length], [1, ['../2'], 1])
})
