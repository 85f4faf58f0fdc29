import { readFile } from 'node:fs/promises';
import { type CryptoKey, importPKCS8, SignJWT } from 'jose';
import { ApnsSession } from './apns-session.ts';
import type { DeviceProvider, PushMessage } from './push-provider.ts';

export interface ApnsOptions {
  readonly url: string;
  readonly keyFile: string;
  readonly keyId: string;
  readonly teamId: string;
  readonly topic: string;
  readonly timeoutMs: number;
}

/** Apple refuses provider tokens older than an hour, and more than one new one in twenty minutes. */
const TOKEN_LIFE_MS = 50 * 60_000;
const OK = 200;
const UNREGISTERED = 410;
/** Reasons for a token of another app or of the sandbox: a retry is of no use, and our configuration may be wrong. */
const REFUSED_REASONS = new Set(['BadDeviceToken', 'DeviceTokenNotForTopic']);

/**
 * Apple Push Notification service over HTTP/2 with a provider token (ES256). Tested against a local server that checks the wire
 * format; never run against Apple's.
 */
export async function createApnsProvider(options: ApnsOptions): Promise<DeviceProvider> {
  const key = await importPKCS8(await readFile(options.keyFile, 'utf8'), 'ES256');
  const session = new ApnsSession(options.url, options.timeoutMs);
  let held: { token: string; madeAt: number } | undefined;

  async function providerToken(): Promise<string> {
    if (held === undefined || Date.now() - held.madeAt > TOKEN_LIFE_MS)
      held = { token: await signProviderToken(key, options), madeAt: Date.now() };
    return held.token;
  }

  return {
    name: 'apns',
    reach: 'device',
    platforms: ['ios'],
    async push(message, { token }) {
      const { status, reason } = await session.post(
        `/3/device/${encodeURIComponent(token)}`,
        { ...headersOf(message, options.topic), authorization: `bearer ${await providerToken()}` },
        bodyOf(message),
      );
      if (status === OK) return 'sent';
      if (status === UNREGISTERED) return 'gone';
      if (REFUSED_REASONS.has(reason ?? '')) return 'refused';
      if (reason === 'ExpiredProviderToken') held = undefined;
      throw new Error(`APNs answered ${status}${reason === undefined ? '' : ` ${reason}`}`);
    },
    async close() {
      session.close();
    },
  };
}

function signProviderToken(key: CryptoKey, { keyId, teamId }: ApnsOptions): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: keyId })
    .setIssuer(teamId)
    .setIssuedAt()
    .sign(key);
}

function headersOf({ collapseId, expiresAt, silent }: PushMessage, topic: string): Record<string, string> {
  return {
    'apns-topic': topic,
    // Apple refuses a background push with priority 10.
    'apns-push-type': silent ? 'background' : 'alert',
    'apns-priority': silent ? '5' : '10',
    'apns-expiration': String(Math.ceil(expiresAt / 1000)),
    // The same id replaces the notification that is shown.
    'apns-collapse-id': collapseId,
  };
}

function bodyOf({ notificationId, kind, seq, title, body, silent, data }: PushMessage): string {
  return JSON.stringify({
    aps: silent ? { 'content-available': 1 } : { alert: { title, body }, sound: 'default' },
    ...data,
    notificationId,
    kind,
    seq,
  });
}
