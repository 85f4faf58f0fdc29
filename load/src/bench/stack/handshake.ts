const PROTOCOL = 1;

/** What a socket of the benches says of itself to one of our gateways. */
export const handshake = (token: string) => ({ token, protocol: PROTOCOL, sdk: 'bench/1' });
