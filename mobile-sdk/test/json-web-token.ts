/** A token with the times that a server's has, unsigned: the SDK reads the times and verifies nothing. `mark` makes it another one. */
export function jsonWebToken(issuedMs: number, lifeSeconds: number, mark: number | string = 0): string {
  const iat = Math.floor(issuedMs / 1000);
  const claims = { sub: 'driver-1', mark, iat, exp: iat + lifeSeconds };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'EdDSA' })}.${part(claims)}.signature`;
}
