import type { Connector } from '../connector.ts'
import { tellWritten } from '../tell-written.ts'
import { endpointLabel, ftpConnections, ftpEndpoint } from './ftp-endpoint.ts'
import { type FtpOptions, ftpOptions } from './ftp-options.ts'
import { FtpSession } from './ftp-session.ts'
import { listingFingerprint } from './listing-fingerprint.ts'
import { restoreEntries } from './restore-entries.ts'
import { walkDevice, walkLimits } from './walk-device.ts'

/** FTP (RFC 959) and FTPS (RFC 4217), passive, binary, over one control connection. */
export const ftp: Connector<FtpOptions> = {
  kind: 'ftp',
  options: ftpOptions,
  impact: { capture: 'reads', restore: 'writes' },
  device: target => endpointLabel(ftpEndpoint(target)),
  connections: ftpConnections,
  async fingerprint(target, signal) {
    await using session = new FtpSession(target, signal)
    return await listingFingerprint(session, signal)
  },
  async *capture(target, signal) {
    await using session = new FtpSession(target, signal)
    yield* walkDevice(session, walkLimits, signal)
  },
  async restore(target, entries, signal) {
    await using session = new FtpSession(target, signal)
    await tellWritten(entries, counted => restoreEntries(session, counted, signal))
  },
}
