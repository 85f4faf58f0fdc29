import { positive, text, type ValuesOf, type VariableTable } from '@rideline/platform/config/variable';
import { z } from 'zod';

export const PUSH_VARIABLES = {
  RIDELINE_PUSH: {
    schema: text.default('none'),
    help: 'push providers, comma separated: none, file, webhook, fcm, apns',
  },
  RIDELINE_PUSH_FILE: {
    schema: text.optional(),
    help: 'file: path to which a line of JSON is appended for each push; for development',
  },
  RIDELINE_PUSH_WEBHOOK_URL: {
    schema: z.url().optional(),
    help: 'webhook: URL that pushes are posted to',
    secret: true,
  },
  RIDELINE_PUSH_WEBHOOK_SECRET: {
    schema: text.min(16).optional(),
    help: 'webhook: key of the HMAC-SHA256 of its bodies',
    secret: true,
  },
  RIDELINE_PUSH_TIMEOUT_MS: {
    schema: positive.max(30_000).default(5000),
    help: 'longest wait for a push provider, ms',
  },
  RIDELINE_FCM_URL: {
    schema: z.url().default('https://fcm.googleapis.com'),
    help: 'fcm: URL of the HTTP v1 API',
  },
  RIDELINE_FCM_SERVICE_ACCOUNT_FILE: {
    schema: text.optional(),
    help: "fcm: JSON key of the service account, with its project and token URL; without one Google's application default credentials are used",
  },
  RIDELINE_APNS_URL: {
    schema: z.url().default('https://api.push.apple.com'),
    help: "apns: URL; Apple's sandbox is https://api.sandbox.push.apple.com",
  },
  RIDELINE_APNS_KEY_FILE: { schema: text.optional(), help: 'apns: the .p8 signing key' },
  RIDELINE_APNS_KEY_ID: { schema: text.optional(), help: 'apns: id of the signing key' },
  RIDELINE_APNS_TEAM_ID: { schema: text.optional(), help: 'apns: id of the team' },
  RIDELINE_APNS_TOPIC: { schema: text.optional(), help: "apns: the app's bundle id" },
} as const satisfies VariableTable;

type PushValues = ValuesOf<typeof PUSH_VARIABLES>;

export const PUSH_PROVIDERS = ['file', 'webhook', 'fcm', 'apns'] as const;

/** Settings of one enabled push provider. */
export type PushSettings =
  | { readonly provider: 'file'; readonly file: string }
  | { readonly provider: 'webhook'; readonly url: string; readonly secret: string }
  | { readonly provider: 'fcm'; readonly url: string; readonly serviceAccountFile: string | undefined }
  | {
      readonly provider: 'apns';
      readonly url: string;
      readonly keyFile: string;
      readonly keyId: string;
      readonly teamId: string;
      readonly topic: string;
    };

/** Reads the settings of every provider that RIDELINE_PUSH names; missing ones are added to `faults`. */
export function parsePush(variables: PushValues, faults: string[]): PushSettings[] {
  const names = variables.RIDELINE_PUSH.split(',').map((name) => name.trim());
  if (names.length === 1 && names[0] === 'none') return [];
  return names.flatMap((name) => {
    const needed = (variable: keyof PushValues): string => {
      const value = variables[variable];
      if (value === undefined) faults.push(`${variable}: required by RIDELINE_PUSH=${name}`);
      return String(value);
    };
    switch (name) {
      case 'file':
        return { provider: name, file: needed('RIDELINE_PUSH_FILE') };
      case 'webhook':
        return {
          provider: name,
          url: needed('RIDELINE_PUSH_WEBHOOK_URL'),
          secret: needed('RIDELINE_PUSH_WEBHOOK_SECRET'),
        };
      case 'fcm':
        return {
          provider: name,
          url: variables.RIDELINE_FCM_URL,
          serviceAccountFile: variables.RIDELINE_FCM_SERVICE_ACCOUNT_FILE,
        };
      case 'apns':
        return {
          provider: name,
          url: variables.RIDELINE_APNS_URL,
          keyFile: needed('RIDELINE_APNS_KEY_FILE'),
          keyId: needed('RIDELINE_APNS_KEY_ID'),
          teamId: needed('RIDELINE_APNS_TEAM_ID'),
          topic: needed('RIDELINE_APNS_TOPIC'),
        };
      default:
        faults.push(`RIDELINE_PUSH: unknown provider "${name}" (known: none, ${PUSH_PROVIDERS.join(', ')})`);
        return [];
    }
  });
}
