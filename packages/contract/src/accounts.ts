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
  )
  .describe('e-mail address or phone number (`+49…`), in any spelling');

/** Only the length is checked (NIST SP 800-63B): composition rules make passwords more predictable. */
export const newPasswordSchema = z
  .string()
  .min(LIMITS.passwordMinLength)
  .max(LIMITS.passwordMaxLength)
  .describe('the new password; only its length matters');
const enteredPasswordSchema = z
  .string()
  .min(1)
  .max(LIMITS.passwordMaxLength)
  .describe('the password of the account');
const nameSchema = lineOfText(80).describe('name of the person; riders see that of their driver');

/** A driver's vehicle as shown to riders: colour, make and model; and its plate. */
export const vehicleInputSchema = z.strictObject({
  description: lineOfText(80).describe('colour, make and model'),
  plate: lineOfText(16).describe('licence plate'),
});
export type VehicleInput = z.infer<typeof vehicleInputSchema>;

/** `POST /v1/accounts`: a rider or a driver registers. Admins create staff accounts. */
export const createAccountSchema = z.strictObject({
  login: loginSchema,
  password: newPasswordSchema,
  name: nameSchema,
  role: z.enum(['rider', 'driver']).describe('what the account is for; it cannot be changed'),
  vehicle: vehicleInputSchema.optional().describe('drivers only; absent: given later by `PATCH /v1/me`'),
});
export type CreateAccount = z.infer<typeof createAccountSchema>;

/** `POST /v1/sign-in`. `name`: the account's login, or the name of the development operator. */
export const signInSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(254)
    .describe('login of the account, in any spelling; in development also the name of the operator'),
  password: enteredPasswordSchema,
});

/**
 * Answer to signing in, registering and refreshing. Send `token` in `Authorization: Bearer` and in the sockets' handshake;
 * `refreshToken` is valid for one call of `POST /v1/token` and must be kept in the device's secure storage.
 */
export const signedInSchema = z.object({
  token: z
    .string()
    .describe(
      'access token, for `Authorization: Bearer` and the `auth` of a socket; do not read what is in it',
    ),
  expiresAt: isoTime.describe('when the access token expires'),
  expiresIn: z.int().positive().describe('seconds until then, for clients whose clock is wrong'),
  refreshToken: z
    .string()
    .describe(
      'good for one `POST /v1/token`; store it in the secure storage of the device before you use `token`',
    ),
  refreshExpiresAt: isoTime.describe('end of the session unless it is refreshed before'),
  role: roleSchema.describe('role of the account'),
  id: userIdSchema,
});
export type SignedIn = z.infer<typeof signedInSchema>;

/** `POST /v1/token` */
export const refreshSchema = z.strictObject({
  refreshToken: z.string().min(1).max(256).describe('the newest one of the session'),
});

/** `POST /v1/me/password`: ends every other session of the account. */
export const changePasswordSchema = z.strictObject({
  current: enteredPasswordSchema.describe('the password until now'),
  password: newPasswordSchema,
});

export const accountStateSchema = z.enum(['active', 'suspended']);
export type AccountState = z.infer<typeof accountStateSchema>;

/** A vehicle as it is answered. */
export const vehicleSchema = z.object({
  id: vehicleIdSchema,
  description: z.string().describe('colour, make and model'),
  plate: z.string().describe('licence plate'),
});

/** An account as its owner and admins see it. */
export const accountSchema = z.object({
  id: userIdSchema,
  role: roleSchema.describe('role of the account'),
  region: z.string().describe('id of its region'),
  name: z.string().describe('name of the person'),
  login: z.string().describe('e-mail address or phone number, in the form that is compared'),
  state: accountStateSchema.describe('a suspended account cannot sign in'),
  version: z.int().describe('version of the account: send it with a change'),
  createdAt: isoTime.describe('when it was created'),
  driver: z
    .object({
      tier: tierSchema.describe('highest service tier that they serve'),
      vehicle: vehicleSchema.nullable().describe('the vehicle that riders see; null: none given'),
    })
    .optional()
    .describe('drivers only; absent otherwise'),
});
export type Account = z.infer<typeof accountSchema>;

/** `PATCH /v1/me`. `version`: the version that was read; any other is CONFLICT. */
export const patchMeSchema = z
  .strictObject({
    version: z.int().describe('the version that you read; another one is CONFLICT'),
    name: nameSchema.optional().describe('absent: as it is'),
    vehicle: vehicleInputSchema.optional().describe('drivers only; absent: as it is'),
  })
  .refine(({ name, vehicle }) => name !== undefined || vehicle !== undefined, 'nothing to change');

/** `POST /v1/users`: an admin creates an account. */
export const createUserSchema = z.strictObject({
  login: loginSchema,
  password: newPasswordSchema,
  name: nameSchema,
  role: z.enum(['driver', 'operator', 'admin']).describe('what the account is for'),
  tier: tierSchema.optional().describe('drivers only: highest tier that they serve; absent: `standard`'),
  vehicle: vehicleInputSchema.optional().describe('drivers only; absent: given later'),
  reason: reasonText,
});

/** `GET /.well-known/jwks.json`: the public keys of access tokens (RFC 7517). */
export const jwksSchema = z.object({
  keys: z
    .array(
      z.object({
        kty: z.literal('OKP').describe('key type (RFC 8037)'),
        crv: z.literal('Ed25519').describe('curve'),
        x: z.string().describe('public key, base64url'),
        kid: z.string().describe('id of the key, as in the header of a token'),
        alg: z.literal('EdDSA').describe('algorithm'),
        use: z.literal('sig').describe('signatures'),
      }),
    )
    .describe('keys in use and the next one; cache them for 15 s at most'),
});
export type Jwks = z.infer<typeof jwksSchema>;
