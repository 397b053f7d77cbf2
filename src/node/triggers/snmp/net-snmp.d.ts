/** The part of net-snmp's receiver of notifications that is used; the package brings no types. */
declare module 'net-snmp' {
  interface Varbind {
    readonly oid: string
    readonly type: number
    readonly value: unknown
  }
  interface Pdu {
    readonly type: number
    readonly varbinds?: readonly Varbind[]
    /** With `includeAuthentication`; of versions 1 and 2c. */
    readonly community?: string
    /** Of version 1. */
    readonly enterprise?: string
    readonly generic?: number
    readonly specific?: number
  }
  interface Notification {
    readonly pdu: Pdu
    readonly rinfo: { readonly address: string; readonly port: number }
  }
  interface Authorizer {
    addCommunity(community: string): void
  }
  interface Receiver {
    getAuthorizer(): Authorizer
    close(): void
  }
  interface ReceiverOptions {
    readonly port: number
    readonly address: string
    readonly disableAuthorization: boolean
    readonly includeAuthentication: boolean
    /** In place of `node:dgram`. */
    readonly dgramModule: { createSocket(transport: string): unknown }
  }
  function createReceiver(
    options: ReceiverOptions,
    callback: (error: Error | null, notification?: Notification) => void,
  ): Receiver
  const PduType: Readonly<Record<'Trap' | 'TrapV2' | 'InformRequest', number>>

  export { createReceiver, type Notification, type Pdu, PduType, type Receiver, type Varbind }
}
