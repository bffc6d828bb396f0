/** `modgate serve` */

import { buildCommand } from '@stricli/core'
import { loadServeConfig, type FlagValues } from '../config/index.ts'
import { banner } from './banner.ts'
import { remark, type CommandLine } from './context.ts'
import { settingFlags } from './setting-flags.ts'
import { stopSignal } from './stop-signal.ts'

export const serveCommand = buildCommand<FlagValues, [], CommandLine>({
  docs: {
    brief: 'Serve Go modules',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Serves Go modules: caches what upstreams give, after it is verified against the checksum database.',
      'Every flag may also be an environment variable (MODGATE_LISTEN) or a line of modgate.yaml (listen:).',
      '',
      'Example:',
      "  modgate serve --listen 0.0.0.0:8642 --private '*.corp.example' --route '*.corp.example=https://goproxy.corp.example'",
    ].join('\n'),
  },
  parameters: { flags: settingFlags },
  func: serve,
})

async function serve(this: CommandLine, flags: FlagValues): Promise<void> {
  const loaded = await loadServeConfig(flags, this.machine)
  for (const warning of loaded.warnings) remark(this, `modgate: warning: ${warning}`)
  // A signal while the gate is being built ends it in order too, as soon as it stands.
  const stop = stopSignal(process)
  try {
    const { wire } = await import('./wire.ts')
    const gate = await wire(loaded.config)
    remark(this, banner(gate, loaded, { stream: this.process.stderr, platform: this.machine.platform }))
    const signal = await stop.asked
    remark(this, `modgate: ${signal}: finishing what is under way; a second signal ends it at once`)
    await gate.close()
  } finally {
    stop.forget()
  }
}
