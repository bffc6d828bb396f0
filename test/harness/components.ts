import type { TestContext } from 'node:test'
import { type ComponentName, components, type Found } from '../../tools/components/index.ts'

/**
 * Where a component is, or undefined after the test was marked as skipped with the reason. Under CI=true a missing component is a
 * failure: there, a test that proves nothing must not look like one that does.
 */
export async function requireComponent(t: TestContext, name: ComponentName): Promise<Found | undefined> {
  const found = await components[name].find()
  if (!('missing' in found)) return found
  if (process.env['CI'] === 'true') throw new Error(`component ${name} is missing: ${found.missing}`)
  t.skip(`component ${name} is missing: ${found.missing}`)
  return undefined
}
