import { z } from 'zod';
import { openFcmCredentials } from './fcm-credentials.ts';
import type { DeviceProvider, PushMessage } from './push-provider.ts';

const UNAUTHORISED = 401;
const NOT_FOUND = 404;
/** A malformed token, or one of another sender: the same push fails as often as it is tried. */
const NEVER_ACCEPTED: ReadonlySet<string> = new Set(['INVALID_ARGUMENT', 'SENDER_ID_MISMATCH']);

const errorSchema = z.object({
  error: z.object({ details: z.array(z.looseObject({ errorCode: z.string().optional() })).default([]) }),
});

/**
 * Firebase Cloud Messaging, HTTP v1 (`POST /v1/projects/<id>/messages:send`). Tested against a local server that checks the wire
 * format; never run against Google's.
 */
export async function createFcmProvider(options: {
  url: string;
  serviceAccountFile: string | undefined;
  timeoutMs: number;
}): Promise<DeviceProvider> {
  const { url, serviceAccountFile, timeoutMs } = options;
  const credentials = await openFcmCredentials(serviceAccountFile, timeoutMs);
  const address = new URL(`/v1/projects/${encodeURIComponent(credentials.projectId)}/messages:send`, url);

  const send = async (message: PushMessage, deviceToken: string) =>
    fetch(address, {
      method: 'POST',
      headers: [...(await credentials.headers()), ['content-type', 'application/json']],
      body: JSON.stringify(bodyOf(message, deviceToken)),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });

  return {
    name: 'fcm',
    reach: 'device',
    platforms: ['android', 'web'],
    async push(message, { token }) {
      let response = await send(message, token);
      if (response.status === UNAUTHORISED) {
        await response.body?.cancel();
        credentials.drop();
        response = await send(message, token);
      }
      if (response.ok) {
        await response.body?.cancel();
        return 'sent';
      }
      const codes = await errorCodes(response);
      if (response.status === NOT_FOUND && codes.includes('UNREGISTERED')) return 'gone';
      if (codes.some((code) => NEVER_ACCEPTED.has(code))) return 'refused';
      throw new Error(`FCM answered ${response.status}`);
    },
    close: async () => undefined,
  };
}

/** A wrong project is a 404 too: only the error code shows that the phone is gone. */
async function errorCodes(response: Response): Promise<string[]> {
  const parsed = errorSchema.safeParse(await response.json().catch(() => null));
  if (!parsed.success) return [];
  return parsed.data.error.details.flatMap(({ errorCode }) => (errorCode === undefined ? [] : [errorCode]));
}

function bodyOf(message: PushMessage, deviceToken: string) {
  const { notificationId, collapseId, kind, seq, title, body, silent, data, expiresAt } = message;
  const ttlSeconds = Math.max(0, Math.ceil((expiresAt - Date.now()) / 1000));
  // Without `notification` it is a data message, which the app's background handler gets.
  if (silent)
    return {
      message: {
        token: deviceToken,
        data: { ...data, notificationId, kind, seq: String(seq) },
        android: { priority: 'HIGH', ttl: `${ttlSeconds}s`, collapse_key: collapseId },
        webpush: { headers: { TTL: String(ttlSeconds), Urgency: 'high' } },
      },
    };
  return {
    message: {
      token: deviceToken,
      notification: { title, body },
      data: { ...data, notificationId, kind, seq: String(seq) },
      // The same tag replaces the notification that is shown: a push that is sent twice is seen once.
      android: { priority: 'HIGH', ttl: `${ttlSeconds}s`, notification: { tag: collapseId } },
      webpush: {
        headers: { TTL: String(ttlSeconds), Urgency: 'high' },
        notification: { tag: collapseId },
      },
    },
  };
}
