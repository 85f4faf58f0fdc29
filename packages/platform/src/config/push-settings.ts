import type { Environment, VariableName } from './environment.ts';

export const PUSH_PROVIDERS = ['file', 'webhook', 'fcm', 'apns'] as const;

/** Which push providers are switched on, each with what it needs. */
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

/** Reads the settings of every provider that RIDELINE_PUSH names; what one of them lacks is added to `faults`. */
export function parsePush(variables: Environment, faults: string[]): PushSettings[] {
  const names = variables.RIDELINE_PUSH.split(',').map((name) => name.trim());
  if (names.length === 1 && names[0] === 'none') return [];
  return names.flatMap((name) => {
    const needed = (variable: VariableName): string => {
      const value = variables[variable];
      if (value === undefined) faults.push(`${variable}: needed by RIDELINE_PUSH=${name}`);
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
        faults.push(`RIDELINE_PUSH: no provider "${name}" (there are none, ${PUSH_PROVIDERS.join(', ')})`);
        return [];
    }
  });
}
