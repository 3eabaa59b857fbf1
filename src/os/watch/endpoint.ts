import type { Vault } from '../../store/vault.ts'
import { type Fault, fault } from '../../values/fault.ts'
import type { Telemetry } from '../config.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where traces go: by the config, else by the environment as OpenTelemetry reads it, else to this machine. */
export function tracesUrl(telemetry: Telemetry, env: Environment): string {
  const signal = telemetry.otlp?.url === undefined ? env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT : undefined
  if (signal !== undefined && signal !== '') return signal
  const base = telemetry.otlp?.url ?? (env.OTEL_EXPORTER_OTLP_ENDPOINT || usualEndpoint)
  return `${base.replace(/\/+$/, '')}/v1/traces`
}

// The OTLP exporter's own default: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
const usualEndpoint = 'http://localhost:4318'

/** The headers with the secrets that they name; those that are not set are left out, and told. */
export function headersOf(
  { otlp }: Telemetry,
  vault: Pick<Vault, 'secret'>,
): { readonly headers: Record<string, string>; readonly missing: Fault | undefined } {
  const named = Object.entries(otlp?.headers ?? {})
  const missing = named.find(([, name]) => vault.secret(name) === undefined)?.[1]
  return {
    headers: Object.fromEntries(
      named.flatMap(([header, name]) => {
        const value = vault.secret(name)
        return value === undefined ? [] : [[header, value]]
      }),
    ),
    missing: missing === undefined ? undefined : fault('secret.missing', { adapter: 'telemetry', name: missing }),
  }
}
