/** Is GOPROXY a list that the go command can use? */

import { parseProxyList, SettingError } from '@modgate/gomod/goenv'
import type { Check } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'

export const proxyListChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0101',
    group: 'Settings',
    claim: 'GOPROXY is a list that the go command can read',
    explanation: 'The go command stops before it asks anybody when an entry of GOPROXY is no URL, `direct` or `off`.',
    find({ go }) {
      const variable = go.variables.get('GOPROXY')
      if (variable === undefined || variable.value === '') return undefined
      try {
        parseProxyList(variable.value)
        return []
      } catch (error) {
        if (!(error instanceof SettingError)) throw error
        return [
          {
            severity: 'problem',
            title: `GOPROXY cannot be read: ${error.message}`,
            evidence: [{ place: `GOPROXY ${variable.place}`, text: variable.value }],
            fix: { words: 'Separate entries by a comma, and give each a scheme.' },
          },
        ]
      }
    },
  },
]
