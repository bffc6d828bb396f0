// npm run build: what npm publishes, in dist/ of each package, held against the rules for packages.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

// The gateway reads the library's declarations out of its dist, so the order counts.
for (const name of ['gomod', 'modgate']) {
  const directory = `packages/${name}`
  rmSync(`${directory}/dist`, { recursive: true, force: true })
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', `${directory}/tsconfig.build.json`], {
    stdio: 'inherit',
  })
  const { messages, pkg } = await publint({ pkgDir: directory, strict: true })
  for (const message of messages) console.log(`${name}: ${formatMessage(message, pkg) ?? message.code}`)
  if (messages.length > 0) process.exitCode = 1
  console.log(`built ${directory}/dist`)
}
