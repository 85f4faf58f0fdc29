import type { PushSettings } from '../../push-settings.ts';
import { createApnsProvider } from './apns-provider.ts';
import { createFileProvider } from './file-provider.ts';
import type { PushProvider } from './push-provider.ts';
import { createWebhookProvider } from './webhook-provider.ts';

async function openProvider(settings: PushSettings, timeoutMs: number): Promise<PushProvider> {
  switch (settings.provider) {
    case 'file':
      return createFileProvider(settings.file);
    case 'webhook':
      return createWebhookProvider({ ...settings, timeoutMs });
    case 'fcm': {
      // google-auth-library costs 23 MB and 90 ms: loaded only where it is used.
      const { createFcmProvider } = await import('./fcm-provider.ts');
      return createFcmProvider({ ...settings, timeoutMs });
    }
    case 'apns':
      return createApnsProvider({ ...settings, timeoutMs });
  }
}

/** The providers that the configuration enables. @throws Error when a key file cannot be read, or Google gives no default credentials */
export function openPushProviders(
  settings: readonly PushSettings[],
  timeoutMs: number,
): Promise<PushProvider[]> {
  return Promise.all(settings.map((one) => openProvider(one, timeoutMs)));
}
