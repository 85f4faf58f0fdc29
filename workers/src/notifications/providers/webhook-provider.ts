import { createHmac } from 'node:crypto';
import { toIsoTime } from '@rideline/contract';
import type { SingleProvider } from './push-provider.ts';

/** Hex HMAC-SHA256 of the body's bytes, after `sha256=`. */
export const SIGNATURE_HEADER = 'rideline-signature';

/**
 * Posts each push to one URL. The receiver has to check the signature and to drop a repeated `event_id` and a `seq` below the greatest of its
 * trip. Any answer but 2xx is a failure; redirects are not followed.
 */
export function createWebhookProvider(options: {
  url: string;
  secret: string;
  timeoutMs: number;
}): SingleProvider {
  const { url, secret, timeoutMs } = options;
  return {
    name: 'webhook',
    reach: 'user',
    async push({ notificationId, occurredAt, seq, userId, role, kind, title, body, silent, data }) {
      const text = JSON.stringify({
        event_id: notificationId,
        seq,
        occurred_at: toIsoTime(occurredAt),
        type: 'notification',
        kind,
        user_id: userId,
        role,
        title,
        body,
        ...(silent ? { silent } : {}),
        data,
      });
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'rideline',
          'rideline-event-id': notificationId,
          [SIGNATURE_HEADER]: `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`,
        },
        body: text,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
    },
    close: async () => undefined,
  };
}
