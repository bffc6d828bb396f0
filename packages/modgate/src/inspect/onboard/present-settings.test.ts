import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseGoEnvFile } from '@modgate/gomod/goenv'
import { testMachine } from '../../config/test-machine.ts'
import { readGoEnvironment, type GoEnvironment } from '../evidence/go-environment.ts'
import { exempts } from '../../policy/exempts.ts'
import { clearing, said } from './exemptions.ts'
import { presentSettings } from './present-settings.ts'

const lines = { GOPROXY: 'https://gate.example', GOSUMDB: 'gate.example+00000000+AAAA' }

interface Layers {
  readonly environment?: Readonly<Record<string, string>>
  readonly written?: string
  readonly shipped?: string
}

function environmentOf({ environment = {}, written, shipped }: Layers): Promise<GoEnvironment> {
  const files = {
    '/go/VERSION': 'go1.27.2\n',
    '/go/go.env': `GOSUMDB=sum.golang.org\n${shipped ?? ''}`,
    ...(written !== undefined && { '/home/me/.config/go/env': written }),
  }
  return readGoEnvironment(testMachine({ files, environment: { GOROOT: '/go', ...environment } }))
}

describe('what the settings here would do to the two lines', () => {
  const env = (environment: Readonly<Record<string, string>>): Layers => ({ environment })
  const rows: readonly (readonly [layers: Layers, name: string, verdict: string | undefined, why: RegExp])[] = [
    [env({ GOPROXY: 'https://gate.example/' }), 'GOPROXY', 'in-force', /what the line says/],
    [env({ GOPROXY: 'https://gate.example,direct' }), 'GOPROXY', 'replaced', /asked of them, by its name/],
    [{ written: 'GOPROXY=direct\n' }, 'GOPROXY', 'replaced', /not come from the gate/],
    [{ shipped: 'GOPROXY=https://public.test,direct\n' }, 'GOPROXY', undefined, /^$/],
    [env({ GOSUMDB: 'off' }), 'GOSUMDB', 'replaced', /toolchains are refused/],
    [env({ GOSUMDB: 'sum.golang.org https://mirror.test' }), 'GOSUMDB', 'replaced', /never through the gate/],
    [env({ GOSUMDB: 'other.example+11111111+AAAA' }), 'GOSUMDB', 'replaced', /no record of private modules/],
    [{}, 'GOSUMDB', undefined, /^$/],
    [env({ GOPRIVATE: 'corp.example' }), 'GOPRIVATE', 'must-go', /past the gate .* and no log is asked/],
    [{ written: 'GOPRIVATE=*.corp.example\n' }, 'GOPRIVATE', 'must-go', /without a word/],
    [env({ GOPRIVATE: 'corp.example', GONOSUMDB: 'none' }), 'GOPRIVATE', 'must-go', /^as the default of GONOPROXY: /],
    [env({ GOPRIVATE: 'corp.example', GONOPROXY: 'none' }), 'GOPRIVATE', 'must-go', /^as the default of GONOSUMDB: /],
    [env({ GOPRIVATE: 'corp.example', GONOPROXY: 'none', GONOSUMDB: 'none' }), 'GOPRIVATE', 'idle', /overrule it/],
    // Taking GONOSUMDB away would bring GOPRIVATE back.
    [env({ GOPRIVATE: 'a.example', GONOPROXY: 'none', GONOSUMDB: 'b.example' }), 'GOPRIVATE', 'must-go', /GONOSUMDB/],
    [env({ GOPRIVATE: 'none' }), 'GOPRIVATE', 'idle', /matches no module/],
    [env({ GOPRIVATE: ' corp.example' }), 'GOPRIVATE', 'idle', /matches no module/],
    [env({ GOPRIVATE: '' }), 'GOPRIVATE', undefined, /^$/],
    [env({ GONOPROXY: 'corp.example' }), 'GONOPROXY', 'must-go', /past the gate/],
    [env({ GONOPROXY: 'none' }), 'GONOPROXY', 'idle', /matches no module/],
    [env({ GONOSUMDB: '*' }), 'GONOSUMDB', 'must-go', /verified by nobody/],
    [{ shipped: 'GONOSUMDB=corp.example\n' }, 'GONOSUMDB', 'must-go', /verified by nobody/],
    [env({ GOINSECURE: 'corp.example' }), 'GOINSECURE', 'idle', /certificate is always checked/],
    [env({ GONOSUMCHECK: '1' }), 'GONOSUMCHECK', 'idle', /no such variable/],
    [env({ GOFLAGS: '-insecure' }), 'GOFLAGS', 'idle', /the flag is gone/],
    [{ written: 'GONOSUMCHECK=1\n' }, 'GONOSUMCHECK', 'idle', /no such variable/],
    [env({ GO111MODULE: 'off' }), 'GO111MODULE', 'must-go', /GOPROXY is not looked at/],
    [env({ GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' }), 'GOFLAGS', undefined, /^$/],
  ]
  for (const [layers, name, verdict, why] of rows) {
    test(`${JSON.stringify(layers)}: ${name} is ${verdict ?? 'not spoken of'}`, async () => {
      const found = presentSettings(await environmentOf(layers), lines).find((one) => one.name === name)
      assert.equal(found?.verdict, verdict)
      assert.match(found?.why ?? '', why)
      if (found) assert.match(found.place, /^(in |by default)/)
    })
  }
})

describe('what ends the exemptions', () => {
  const names = ['GOPRIVATE', 'GONOPROXY', 'GONOSUMDB'] as const
  const value = fc.constantFrom('corp.example', '*', 'none', '')
  const settings = fc.record(Object.fromEntries(names.map((name) => [name, fc.option(value, { nil: undefined })])))
  const text = (layer: Readonly<Record<string, string | undefined>>) =>
    Object.entries(layer)
      .flatMap(([name, set]) => (set === undefined ? [] : [`${name}=${set}\n`]))
      .join('')

  test('in the environment leaves nothing exempt, whatever is set where', async () => {
    await fc.assert(
      fc.asyncProperty(settings, settings, settings, async (exported, written, shipped) => {
        const layers = { written: text(written), shipped: text(shipped) }
        const environment = defined(exported)
        const { remove, none } = clearing(await environmentOf({ environment, ...layers }), 'environment')
        const cleared = Object.fromEntries(Object.entries(environment).filter(([name]) => !remove.includes(name)))
        for (const name of none) cleared[name] = 'none'
        assertNothingExempt(await environmentOf({ environment: cleared, ...layers }))
      }),
      { numRuns: 300 },
    )
  })

  test('in the file of go env -w leaves nothing exempt where the environment says nothing', async () => {
    await fc.assert(
      fc.asyncProperty(settings, settings, async (written, shipped) => {
        const before = { written: text(written), shipped: text(shipped) }
        const { remove, none } = clearing(await environmentOf(before), 'go-env-file')
        const file = new Map(parseGoEnvFile(before.written))
        for (const name of remove) file.delete(name)
        for (const name of none) file.set(name, 'none')
        assertNothingExempt(await environmentOf({ ...before, written: text(Object.fromEntries(file)) }))
      }),
      { numRuns: 300 },
    )
  })

  test('changes nothing where nothing is exempt', async () => {
    const go = await environmentOf({ environment: { GONOPROXY: 'none' }, written: 'GONOSUMDB=none\n' })
    assert.deepEqual(clearing(go, 'environment'), { remove: [], none: [] })
    assert.equal(said(go, 'go-env-file', 'GONOSUMDB'), 'none')
    assert.equal(said(go, 'environment', 'GOPRIVATE'), undefined)
  })

  function assertNothingExempt({ variables }: GoEnvironment): void {
    for (const name of ['GONOPROXY', 'GONOSUMDB']) assert.equal(exempts(variables.get(name)!.value), false, name)
  }

  function defined(layer: Readonly<Record<string, string | undefined>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(layer).filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
  }
})
