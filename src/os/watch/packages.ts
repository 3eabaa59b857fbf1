import { createRequire } from 'node:module'
import { refuse } from '../../values/fault.ts'

/** The packages that send telemetry, in versions that go together. They are no part of the usual install: 13 packages, 11 MB. */
const packages = [
  '@opentelemetry/sdk-trace-base@2.12.0',
  '@opentelemetry/sdk-metrics@2.12.0',
  '@opentelemetry/resources@2.12.0',
  '@opentelemetry/exporter-trace-otlp-http@0.223.0',
  '@opentelemetry/exporter-metrics-otlp-http@0.223.0',
] as const

/** Finds them without loading any. Fault: `telemetry.not-installed`. */
export function requirePackages(find: (name: string) => unknown = createRequire(import.meta.url).resolve): void {
  const missing = packages.filter((spec) => !isThere(find, nameOf(spec)))
  if (missing.length > 0) {
    refuse('telemetry.not-installed', { packages: missing.map(nameOf).join(', '), install: packages.join(' ') })
  }
}

const nameOf = (spec: string): string => spec.slice(0, spec.lastIndexOf('@'))

function isThere(find: (name: string) => unknown, name: string): boolean {
  try {
    find(name)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return false
    throw error
  }
}
