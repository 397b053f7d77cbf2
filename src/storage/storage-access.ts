import type { Pace } from './transfer.ts'

/**
 * What opening a storage may need besides its location. Each kind takes what concerns it. Everything is handed in: this
 * layer reads no environment variable, no home folder and no terminal.
 */
export interface StorageAccess {
  readonly rest?: RestAccess
  readonly s3?: S3Access
  readonly sftp?: SftpAccess
  readonly tls?: TlsAccess
  /** Asked before bytes move; without it they move as fast as they can. */
  readonly pace?: Pace
  /** Milliseconds after which a request on which nothing moves is given up. */
  readonly idleTimeout?: number
}

/** Where the location itself holds a user and a password, those count. */
export interface RestAccess {
  readonly user?: string
  readonly password?: string
}

export interface S3Access {
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  /** `us-east-1` where it is left out. */
  readonly region?: string
  /** `path`: host/bucket; `dns`: bucket.host; `auto`, the default: `dns` for Amazon's own hosts, else `path`. */
  readonly bucketLookup?: 'auto' | 'path' | 'dns'
}

export interface SftpAccess {
  /** Where the location holds none. */
  readonly user?: string
  /** What the location's host stands for. */
  readonly hostName?: string
  /** Where the location holds none. */
  readonly port?: number
  readonly password?: string
  /** An OpenSSH private key's text. */
  readonly privateKey?: string
  /** Of an encrypted private key. */
  readonly passphrase?: string
  /** The text of a known_hosts file. A server that is in none of its lines is refused. */
  readonly knownHosts?: string
  /** `SHA256:…`: the one host key that is accepted, whatever `knownHosts` says. */
  readonly hostKey?: string
  /** The socket of a running agent. */
  readonly agent?: string
}

export interface TlsAccess {
  /** Certificates in PEM that are trusted, in place of the system's. */
  readonly ca?: string
  /** True: any certificate is accepted. For throw-away tests; nothing sets it by itself. */
  readonly insecure?: boolean
  /** A certificate and its key in PEM, for servers that ask the client for one. */
  readonly client?: { readonly cert: string; readonly key: string }
}
