import { hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  type Audience,
  audienceSchema,
  CodedError,
  type Jwks,
  type RegionId,
  type Role,
  regionIdSchema,
  type SessionId,
  sessionIdSchema,
  type TripId,
  tripIdSchema,
  type UserId,
  userIdSchema,
} from '@rideline/contract';
import { type CryptoKey, errors, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

const ISSUER = 'rideline';
const TYPE = 'at+jwt';
/** The only algorithm; never taken from a token's header (RFC 8725 section 3.1). */
const ALGORITHM = 'EdDSA';
/** Prefix of kids made by the launcher; production refuses a file that contains one. */
export const DEVELOPMENT_KID_PREFIX = 'dev-';
/** Clock difference between nodes that is tolerated at `exp` and `nbf`, seconds. */
const LEEWAY_SECONDS = 60;

const keySchema = z.strictObject({
  kid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  jwk: z.looseObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string(),
    d: z.string().optional(),
  }),
  /** Epoch ms after which the key verifies no token. */
  notAfter: z.number().optional(),
});

/** The keys file, as every process reads it and `rotate-keys` writes it. */
export const keysFileSchema = z.strictObject({
  keys: z.array(keySchema),
  /** Kid of the key that signs; absent where a process only verifies. */
  signWith: z.string().optional(),
  /** The key that signs from `from` on; by then every process has read it. */
  signNext: z.strictObject({ kid: z.string(), from: z.number() }).optional(),
});
export type KeysFile = z.infer<typeof keysFileSchema>;

export interface TokenKeys {
  readonly verifying: ReadonlyMap<
    string,
    { readonly key: CryptoKey; readonly notAfter: number; readonly x: string }
  >;
  readonly signing: { readonly kid: string; readonly key: CryptoKey } | undefined;
  /** Secrets for seals, one of each private key, that of the signing key first. */
  readonly sealing: readonly Buffer[];
}

/** The public keys in force, as `GET /.well-known/jwks.json` returns them. */
export function jwksOf(keys: TokenKeys, nowMs: number): Jwks {
  const good = [...keys.verifying].filter(([, { notAfter }]) => notAfter >= nowMs);
  return {
    keys: good.map(([kid, { x }]) => ({ kty: 'OKP', crv: 'Ed25519', x, kid, alg: ALGORITHM, use: 'sig' })),
  };
}

/** Identity of a verified token. `Who`: the roles that the verifier admits. */
export interface Principal<Who extends Audience = Role> {
  readonly userId: UserId;
  readonly role: Who;
  readonly region: RegionId;
  readonly expiresAtMs: number;
  readonly tokenId: string;
  /** Id of the sign-in, or of the share link, that issued it; development tokens have none. */
  readonly sessionId: SessionId | undefined;
  /** The only trip that the holder of a share link may follow; absent in tokens of users. */
  readonly tripId: TripId | undefined;
  /** Epoch ms, finer than a second: distinguishes a token of the next sign-in from the one that was just revoked. */
  readonly issuedAtMs: number;
}

async function importEd25519(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  if (key instanceof Uint8Array) throw new Error('expected an Ed25519 key');
  return key;
}

/** @throws Error that quotes nothing of the text: it is secret, and JSON.parse would quote it */
export function parseKeysFile(text: string): KeysFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('the keys file is not JSON');
  }
  return keysFileSchema.parse(json);
}

/** Bound to its use (HKDF), so that it reveals nothing of the key. */
function sealingSecret(d: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(d, 'base64url'), '', 'rideline seal', 32));
}

/**
 * Reads the keys file.
 * @throws Error when the file is missing or malformed, or holds a development key in production
 */
export async function readTokenKeys(path: string, options: { production: boolean }): Promise<TokenKeys> {
  const file = parseKeysFile(await readFile(path, 'utf8'));
  const verifying = new Map<string, { key: CryptoKey; notAfter: number; x: string }>();
  const withPrivate = new Map<string, CryptoKey>();
  const sealing = new Map<string, Buffer>();
  for (const { kid, jwk, notAfter } of file.keys) {
    if (options.production && kid.startsWith(DEVELOPMENT_KID_PREFIX)) {
      throw new Error(`key ${kid} is a development key, which production refuses`);
    }
    const { d, ...publicJwk } = jwk;
    verifying.set(kid, {
      key: await importEd25519(publicJwk as JWK),
      notAfter: notAfter ?? Number.POSITIVE_INFINITY,
      x: jwk.x,
    });
    if (d === undefined) continue;
    withPrivate.set(kid, await importEd25519(jwk as JWK));
    sealing.set(kid, sealingSecret(d));
  }
  const signer = (kid: string | undefined): TokenKeys['signing'] => {
    const key = kid === undefined ? undefined : withPrivate.get(kid);
    return kid === undefined || key === undefined ? undefined : { kid, key };
  };
  const now = signer(file.signWith);
  const next = signer(file.signNext?.kid);
  const from = file.signNext?.from ?? Number.POSITIVE_INFINITY;
  return {
    verifying,
    get signing() {
      return next !== undefined && Date.now() >= from ? next : now;
    },
    sealing: [...sealing]
      .sort(([one], [two]) => Number(two === file.signWith) - Number(one === file.signWith))
      .map(([, secret]) => secret),
  };
}

/** Signs an access token. `aud` is the role, so that a rider's token gives no access to a driver's resources. */
export async function issueToken(
  keys: TokenKeys,
  claims: {
    subject: string;
    role: Audience;
    region: string;
    ttlSeconds: number;
    sessionId?: SessionId;
    /** Share links only. */
    tripId?: TripId;
    /** Default: now. */
    issuedAtMs?: number;
  },
): Promise<{ token: string; expiresAtMs: number }> {
  const { signing } = keys;
  if (!signing) throw new CodedError('INTERNAL', 'this process has no signing key');
  const issuedAtMs = claims.issuedAtMs ?? Date.now();
  const expiresAtMs = (Math.floor(issuedAtMs / 1000) + claims.ttlSeconds) * 1000;
  const session = claims.sessionId === undefined ? {} : { sid: claims.sessionId };
  const trip = claims.tripId === undefined ? {} : { trip: claims.tripId };
  const token = await new SignJWT({ region: claims.region, ...session, ...trip })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: signing.kid })
    .setIssuer(ISSUER)
    .setSubject(claims.subject)
    .setAudience(claims.role)
    .setJti(crypto.randomUUID())
    .setIssuedAt(issuedAtMs / 1000)
    .setExpirationTime(expiresAtMs / 1000)
    .sign(signing.key);
  return { token, expiresAtMs };
}

function refused(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  if (error instanceof errors.JWTExpired) return new CodedError('TOKEN_EXPIRED');
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return new CodedError('WRONG_AUDIENCE');
  return new CodedError('TOKEN_INVALID', undefined, { cause: error });
}

/**
 * Verifies signature, algorithm, type, issuer, audience and expiry. `audience`: the roles that may pass.
 * @throws CodedError TOKEN_INVALID, TOKEN_EXPIRED or WRONG_AUDIENCE
 */
export async function verifyToken<Who extends Audience>(
  keys: TokenKeys,
  token: string,
  options: { audience: Who | readonly Who[] },
): Promise<Principal<Who>> {
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const found = kid === undefined ? undefined : keys.verifying.get(kid);
        if (!found || found.notAfter < Date.now()) throw new CodedError('TOKEN_INVALID');
        return found.key;
      },
      {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: typeof options.audience === 'string' ? options.audience : [...options.audience],
        requiredClaims: ['sub', 'exp', 'aud', 'jti'],
        clockTolerance: LEEWAY_SECONDS,
      },
    );
    return {
      userId: userIdSchema.parse(payload.sub),
      // `jwtVerify` has just checked that it is one of them.
      role: audienceSchema.parse(payload.aud) as Who,
      region: regionIdSchema.parse(payload.region),
      expiresAtMs: (payload.exp ?? 0) * 1000,
      tokenId: String(payload.jti),
      sessionId: payload.sid === undefined ? undefined : sessionIdSchema.parse(payload.sid),
      tripId: payload.trip === undefined ? undefined : tripIdSchema.parse(payload.trip),
      issuedAtMs: Math.round((payload.iat ?? 0) * 1000),
    };
  } catch (error) {
    throw refused(error);
  }
}
