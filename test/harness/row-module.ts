/**
 * A module for one row of a table, `row-N.example/m v1.0.0`, as a corpus file: rows share a gate and nothing else. `weight` is how many
 * bytes it carries that do not compress.
 */
export function rowModule(index: number, weight = 0): string {
  const path = `row-${index}.example/m`
  return `module ${path} v1.0.0
time 2024-01-01T00:00:00Z
${weight > 0 ? `noise weight-${index}.bin ${weight}\n` : ''}-- go.mod --
module ${path}

go 1.20
-- m.go --
// Package m is there for its row.
package m

const Row = ${index}
`
}
