import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newScan } from './written-setting.ts'
import { scanYaml } from './yaml.ts'

function found(text: string): readonly string[] {
  const scan = newScan('.gitlab-ci.yml')
  scanYaml(scan, 'GitLab CI', text)
  return [...scan.settings.map(({ name, value, line }) => `${line} ${name}=${String(value)}`), ...scan.problems]
}

describe('settings in YAML that has anchors', () => {
  const rows: readonly (readonly [claim: string, text: string, settings: readonly string[]])[] = [
    ['an alias of a value', '.off: &off "off"\nvariables:\n  GOSUMDB: *off\n', ['3 GOSUMDB=off']],
    [
      'an alias of a value that is a setting itself',
      'a:\n  variables:\n    GOSUMDB: &x "off"\nb:\n  variables:\n    GOSUMDB: *x\n',
      ['3 GOSUMDB=off', '6 GOSUMDB=off'],
    ],
    ['a named variable', 'x: &x off\nenv:\n  - name: GOSUMDB\n    value: *x\n', ['3 GOSUMDB=off']],
    [
      'a mapping that others take over, found where it is written',
      '.base: &base\n  variables:\n    GOSUMDB: "off"\njob:\n  <<: *base\n',
      ['3 GOSUMDB=off'],
    ],
    ['an alias of nothing is none', 'variables:\n  GOSUMDB: *nowhere\n', []],
    ['anchors of another document are none', 'x: &x "off"\n---\nvariables:\n  GOSUMDB: *x\n', []],
  ]
  for (const [claim, text, settings] of rows) test(claim, () => assert.deepEqual(found(text), settings))

  test('laughs of a billion are read in no time', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join()}]`)
    assert.deepEqual(found(`l0: &l0 [x]\n${levels.join('\n')}\nvariables:\n  GOSUMDB: *l30\n`), [])
  })
})
