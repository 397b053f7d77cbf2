import { execFileSync } from 'node:child_process'

/** A fresh self-signed certificate for 127.0.0.1, in PEM. */
export function makeCertificate(): { readonly key: string; readonly cert: string } {
  const both = execFileSync(
    '/usr/bin/openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', '-', '-out', '-'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' },
  )
  const part = (name: RegExp) => `${both.match(name)?.[0] ?? ''}\n`
  return {
    key: part(/-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/),
    cert: part(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/),
  }
}
