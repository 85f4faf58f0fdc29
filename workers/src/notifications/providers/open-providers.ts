import type { PushSettings } from '@rideline/platform/config/push-settings';
import { createApnsProvider } from './apns-provider.ts';
import { createFcmProvider } from './fcm-provider.ts';
import { createFileProvider } from './file-provider.ts';
import type { PushProvider } from './push-provider.ts';
import { createWebhookProvider } from './webhook-provider.ts';

function openProvider(settings: PushSettings, timeoutMs: number): PushProvider | Promise<PushProvider> {
  switch (settings.provider) {
    case 'file':
      return createFileProvider(settings.file);
    case 'webhook':
      return createWebhookProvider({ ...settings, timeoutMs });
    case 'fcm':
      return createFcmProvider({ ...settings, timeoutMs });
    case 'apns':
      return createApnsProvider({ ...settings, timeoutMs });
  }
}

/** The providers that the configuration switches on. @throws Error when a key file cannot be read */
export function openPushProviders(
  settings: readonly PushSettings[],
  timeoutMs: number,
): Promise<PushProvider[]> {
  return Promise.all(settings.map((one) => openProvider(one, timeoutMs)));
}
