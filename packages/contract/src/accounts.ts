import { z } from 'zod';
import { roleSchema, userIdSchema, vehicleIdSchema } from './ids.ts';
import { isoTime } from './iso-time.ts';
import { LIMITS } from './limits.ts';
import { tierSchema } from './trips.ts';

const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/;
const PHONE = /^\+[1-9]\d{6,14}$/;

/**
 * What an account is known by: an e-mail address or a phone number (E.164). Blanks around it and the case of an address do not count, so
 * that one person cannot be two accounts by a capital letter.
 */
export const loginSchema = z
  .string()
  .max(254)
  .transform((text) => text.trim().toLowerCase())
  .refine((login) => EMAIL.test(login) || PHONE.test(login), 'an e-mail address or a phone number (+…)');

/** Length alone counts (NIST SP 800-63B): no rules about what it is made of, which only make passwords guessable in new ways. */
export const newPasswordSchema = z.string().min(LIMITS.passwordLeast).max(LIMITS.passwordMost);
const givenPasswordSchema = z.string().min(1).max(LIMITS.passwordMost);
const nameSchema = z.string().trim().min(1).max(80);
const reasonSchema = z.string().trim().min(1).max(LIMITS.reasonLength);

/** A driver's vehicle as riders read it: colour, make, model; and its plate. */
export const vehicleWishSchema = z.strictObject({
  description: z.string().trim().min(1).max(80),
  plate: z.string().trim().min(1).max(16),
});
export type VehicleWish = z.infer<typeof vehicleWishSchema>;

/** `POST /v1/accounts`: a rider or a driver registers. Staff are made by admins. */
export const createAccountSchema = z.strictObject({
  login: loginSchema,
  password: newPasswordSchema,
  name: nameSchema,
  role: z.enum(['rider', 'driver']),
  /** Drivers only. */
  vehicle: vehicleWishSchema.optional(),
});
export type CreateAccount = z.infer<typeof createAccountSchema>;

/** `POST /v1/sign-in`. `name`: the account's login, or the name of the development operator. */
export const signInSchema = z.strictObject({
  name: z.string().min(1).max(254),
  password: givenPasswordSchema,
});

/**
 * What signing in, registering and refreshing answer. `token` goes into `Authorization: Bearer` and into the sockets' handshake;
 * `refreshToken` is good for one call of `POST /v1/token` and belongs where the device keeps its secrets.
 */
export const signedInSchema = z.object({
  token: z.string(),
  expiresAt: isoTime,
  /** Seconds from now, for clients whose clock is wrong. */
  expiresIn: z.int().positive(),
  refreshToken: z.string(),
  /** When the session ends unless it is refreshed before. */
  refreshExpiresAt: isoTime,
  role: roleSchema,
  id: userIdSchema,
});
export type SignedIn = z.infer<typeof signedInSchema>;

/** `POST /v1/token` */
export const refreshSchema = z.strictObject({ refreshToken: z.string().min(1).max(256) });

/** `POST /v1/me/password`: every other session of the account ends. */
export const changePasswordSchema = z.strictObject({
  current: givenPasswordSchema,
  password: newPasswordSchema,
});

export const accountStateSchema = z.enum(['active', 'suspended']);
export type AccountState = z.infer<typeof accountStateSchema>;

/** An account as its owner and admins see it. */
export const accountSchema = z.object({
  id: userIdSchema,
  role: roleSchema,
  region: z.string(),
  name: z.string(),
  login: z.string(),
  state: accountStateSchema,
  version: z.int(),
  createdAt: isoTime,
  driver: z
    .object({
      tier: tierSchema,
      vehicle: z.object({ id: vehicleIdSchema, description: z.string(), plate: z.string() }).nullable(),
    })
    .optional(),
});
export type Account = z.infer<typeof accountSchema>;

/** `PATCH /v1/me`. `version`: of what was read; another one is CONFLICT. */
export const patchMeSchema = z
  .strictObject({
    version: z.int(),
    name: nameSchema.optional(),
    /** Drivers only. */
    vehicle: vehicleWishSchema.optional(),
  })
  .refine(({ name, vehicle }) => name !== undefined || vehicle !== undefined, 'nothing to change');

/** `POST /v1/users`: an admin makes an account. */
export const createUserSchema = z.strictObject({
  login: loginSchema,
  password: newPasswordSchema,
  name: nameSchema,
  role: z.enum(['driver', 'operator', 'admin']),
  /** Drivers only. */
  tier: tierSchema.optional(),
  vehicle: vehicleWishSchema.optional(),
  reason: reasonSchema,
});

/** `POST /v1/users/:userId/revoke`, `/suspend`, `/reinstate` */
export const userActionSchema = z.strictObject({ reason: reasonSchema });

/** `GET /.well-known/jwks.json`: the public keys under which access tokens are signed (RFC 7517). */
export const jwksSchema = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string(),
      kid: z.string(),
      alg: z.literal('EdDSA'),
      use: z.literal('sig'),
    }),
  ),
});
export type Jwks = z.infer<typeof jwksSchema>;
