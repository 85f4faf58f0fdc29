import { z } from 'zod';
import { roleSchema, userIdSchema, vehicleIdSchema } from './ids.ts';
import * as LIMITS from './limits.ts';
import { lineOfText, loginForm, reasonText } from './text.ts';
import { isoTime } from './times.ts';
import { tierSchema } from './trips.ts';

const EMAIL = /^[^\p{C}\p{Z}@]{1,64}@[^\p{C}\p{Z}@.]+(\.[^\p{C}\p{Z}@.]+)+$/u;
const PHONE = /^\+[1-9]\d{6,14}$/;

/**
 * Identifies an account: an e-mail address or a phone number (E.164). How it is written does not matter (`loginForm`), so that a capital
 * letter or another keyboard does not make a second account.
 */
export const loginSchema = z
  .string()
  .max(254)
  .transform(loginForm)
  .refine(
    (login) => EMAIL.test(login) || PHONE.test(login),
    'must be an e-mail address or a phone number (+…)',
  );

/** Only the length is checked (NIST SP 800-63B): composition rules make passwords more predictable. */
export const newPasswordSchema = z.string().min(LIMITS.passwordMinLength).max(LIMITS.passwordMaxLength);
const enteredPasswordSchema = z.string().min(1).max(LIMITS.passwordMaxLength);
const nameSchema = lineOfText(80);

/** A driver's vehicle as shown to riders: colour, make and model; and its plate. */
export const vehicleInputSchema = z.strictObject({
  description: lineOfText(80),
  plate: lineOfText(16),
});
export type VehicleInput = z.infer<typeof vehicleInputSchema>;

/** `POST /v1/accounts`: a rider or a driver registers. Admins create staff accounts. */
export const createAccountSchema = z.strictObject({
  login: loginSchema,
  password: newPasswordSchema,
  name: nameSchema,
  role: z.enum(['rider', 'driver']),
  /** Drivers only. */
  vehicle: vehicleInputSchema.optional(),
});
export type CreateAccount = z.infer<typeof createAccountSchema>;

/** `POST /v1/sign-in`. `name`: the account's login, or the name of the development operator. */
export const signInSchema = z.strictObject({
  name: z.string().min(1).max(254),
  password: enteredPasswordSchema,
});

/**
 * Answer to signing in, registering and refreshing. Send `token` in `Authorization: Bearer` and in the sockets' handshake;
 * `refreshToken` is valid for one call of `POST /v1/token` and must be kept in the device's secure storage.
 */
export const signedInSchema = z.object({
  token: z.string(),
  expiresAt: isoTime,
  /** Seconds from now, for clients whose clock is wrong. */
  expiresIn: z.int().positive(),
  refreshToken: z.string(),
  /** End of the session unless it is refreshed before. */
  refreshExpiresAt: isoTime,
  role: roleSchema,
  id: userIdSchema,
});
export type SignedIn = z.infer<typeof signedInSchema>;

/** `POST /v1/token` */
export const refreshSchema = z.strictObject({ refreshToken: z.string().min(1).max(256) });

/** `POST /v1/me/password`: ends every other session of the account. */
export const changePasswordSchema = z.strictObject({
  current: enteredPasswordSchema,
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

/** `PATCH /v1/me`. `version`: the version that was read; any other is CONFLICT. */
export const patchMeSchema = z
  .strictObject({
    version: z.int(),
    name: nameSchema.optional(),
    /** Drivers only. */
    vehicle: vehicleInputSchema.optional(),
  })
  .refine(({ name, vehicle }) => name !== undefined || vehicle !== undefined, 'nothing to change');

/** `POST /v1/users`: an admin creates an account. */
export const createUserSchema = z.strictObject({
  login: loginSchema,
  password: newPasswordSchema,
  name: nameSchema,
  role: z.enum(['driver', 'operator', 'admin']),
  /** Drivers only. */
  tier: tierSchema.optional(),
  vehicle: vehicleInputSchema.optional(),
  reason: reasonText,
});

/** `GET /.well-known/jwks.json`: the public keys of access tokens (RFC 7517). */
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
