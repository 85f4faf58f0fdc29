import { createHash, randomUUID } from 'node:crypto';
import type { TokenIssuer } from '../cluster/token-issuer.ts';

/** Subjects of the fuzzer's tokens. */
export const subjectOf = (role: string) => `fuzz-${role}`;

/**
 * Makes an account, a trip and a document, so that the fuzzer also reaches the code behind NOT_FOUND.
 * @returns values for path parameters, by name
 */
export async function makeKnownThings(url: string, issue: TokenIssuer): Promise<Record<string, string>> {
  const post = async (path: string, body: object, token?: string): Promise<Record<string, unknown>> => {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  const tripId = randomUUID();
  const [pickup, dropoff] = [
    { lat: 37.77, lng: -122.42 },
    { lat: 37.79, lng: -122.41 },
  ];
  await post('/v1/trips', { tripId, pickup, dropoff }, await issue('rider', subjectOf('rider')));
  const account = await post('/v1/accounts', {
    login: `fuzz-${tripId}@example.org`,
    password: randomUUID(),
    name: 'Fuzzed',
    role: 'driver',
  });
  const document = await post(
    '/v1/documents',
    {
      type: 'insurance',
      size: 1000,
      contentType: 'image/jpeg',
      sha256: createHash('sha256').update('x').digest('hex'),
    },
    await issue('driver', subjectOf('driver')),
  );
  const driverId = subjectOf('driver');
  return { tripId, driverId, userId: String(account.id), documentId: String(document.documentId) };
}
