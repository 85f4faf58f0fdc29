const PROTOCOL = 1;

/** The handshake of a bench socket with one of our gateways. */
export const handshake = (token: string) => ({ token, protocol: PROTOCOL, sdk: 'bench/1' });
