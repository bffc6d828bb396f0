/** `modgate mcp`: the checks as tools for coding assistants (Model Context Protocol, on standard input and output). */

import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { buildCommand } from '@stricli/core'
import { once } from 'node:events'
import process from 'node:process'
import type * as z from 'zod'
import type { Machine } from '../config/index.ts'
import { asFailure } from '../core/failure.ts'
import { hideSecrets, secretsOf } from '../core/secrets.ts'
import type { CommandLine } from './context.ts'
import { tools, type Tool } from './mcp-tools.ts'
import { failureText } from './report-failure.ts'
import { modgateVersion } from './version-number.ts'

export const mcpCommand = buildCommand<object, [], CommandLine>({
  docs: {
    brief: 'Serve the checks to coding assistants (MCP on standard input and output)',
    fullDescription: [
      'Serves tools to a coding assistant: explain an error, the way of a module, settings with their origins, patterns. All of them',
      'only read, on this machine, and ask nobody. Ends when its input does.',
      '',
      'Example:',
      '  modgate mcp',
      '  {"mcpServers": {"modgate": {"command": "modgate", "args": ["mcp"]}}}   # in the settings of the assistant',
    ].join('\n'),
  },
  parameters: {},
  async func() {
    const handle = serveStdio(() => server(this.machine), {
      onerror: (error) => this.process.stderr.write(`modgate mcp: ${error.message}\n`),
    })
    await once(process.stdin, 'close')
    await handle.close()
  },
})

function server(machine: Machine): McpServer {
  const made = new McpServer({ name: 'modgate', version: modgateVersion() })
  for (const tool of tools) register(made, tool, machine)
  return made
}

function register(made: McpServer, tool: Tool<z.ZodObject>, machine: Machine): void {
  const { name, title, description, input } = tool
  const annotations = { readOnlyHint: true, openWorldHint: false, idempotentHint: true, destructiveHint: false }
  made.registerTool(
    name,
    { title, description, inputSchema: input, annotations },
    async (given: Record<string, unknown>) => {
      const hide = (text: string) => hideSecrets(text, secretsOf(machine.environment))
      try {
        return { content: [{ type: 'text', text: hide(JSON.stringify(await tool.run(given, machine), undefined, 1)) }] }
      } catch (error) {
        const text = hide(failureText(asFailure(error, name), { stream: process.stderr, debug: false }))
        return { content: [{ type: 'text', text }], isError: true }
      }
    },
  )
}
