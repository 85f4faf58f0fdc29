import { expect, it } from 'vitest';
import { z } from 'zod';
import { createAccountSchema, loginSchema } from './accounts.ts';
import { inQuery } from './query.ts';
import { lineOfText, localeSchema, reasonText } from './text.ts';
import { requestTime } from './times.ts';

it('ADM-63: a coordinate in a query is read as programs print it', () => {
  const longitude = inQuery(z.number().min(-180).max(180));
  for (const text of [
    '-0.12345678901234567',
    '0.30000000000000004',
    '-5e-7',
    '1e-7',
    '5.0E-7',
    '5e-07',
    '-0',
    '180.',
    '+12.5',
  ])
    expect(longitude.parse(text)).toBe(Number(text));
  for (let random = 0; random < 1000; random += 1) {
    const lng = (Math.random() - 0.5) * 10 ** -Math.floor(Math.random() * 12);
    expect(longitude.parse(String(lng))).toBe(lng);
  }
  for (const text of [
    '',
    ' 1',
    '0x1F',
    '1e',
    'NaN',
    'Infinity',
    '1e999',
    '1,5',
    '--1',
    '181',
    `0.${'1'.repeat(100)}`,
  ])
    expect(longitude.safeParse(text).success).toBe(false);
});

it('ADM-63: a time is read with any offset and precision, and is kept in UTC', () => {
  for (const text of [
    '2026-03-01T12:00:00Z',
    '2026-03-01T12:00:00+00:00',
    '2026-03-01T12:00:00.000000+00:00',
    '2026-03-01T12:00:00.000000000Z',
    '2026-03-01T12:00Z',
    '2026-03-01t12:00:00z',
    '2026-03-01 12:00:00+00:00',
    '2026-03-01T17:30:00+05:30',
    '2026-03-01T17:30:00+0530',
    '2026-03-01T04:00:00-08:00',
    // A plus sign that was not escaped in a query string.
    '2026-03-01T17:30:00 05:30',
  ])
    expect(requestTime.parse(text)).toBe('2026-03-01T12:00:00.000Z');
  expect(requestTime.parse('2026-03-01')).toBe('2026-03-01T00:00:00.000Z');
  for (const text of [
    '2026-02-31',
    '2026-02-31T00:00:00Z',
    '2026-03-01T12:00:00',
    '2026-03-01T25:00:00Z',
    '1999-12-31',
    '2101-01-01',
    'now',
    '1772366400000',
    '',
  ])
    expect(requestTime.safeParse(text).success).toBe(false);
});

it('ADM-63: a locale is any BCP 47 tag, in its canonical form', () => {
  for (const [text, tag] of [
    ['en-US-u-mu-celsius', 'en-US-u-mu-celsius'],
    ['fr-FR-u-fw-mon-mu-celsius', 'fr-FR-u-fw-mon-mu-celsius'],
    ['de-DE-u-co-phonebk', 'de-DE-u-co-phonebk'],
    ['zh-hans-cn', 'zh-Hans-CN'],
    ['en_US', 'en-US'],
    ['de_DE.UTF-8', 'de-DE'],
    ['sr_RS@latin', 'sr-RS'],
    ['iw', 'he'],
  ] as const)
    expect(localeSchema.parse(text)).toBe(tag);
  for (const text of ['', 'e', 'en--US', 'en-US-u', '<script>', 'english language', `en-${'x'.repeat(100)}`])
    expect(localeSchema.safeParse(text).success).toBe(false);
});

it('AUTH-4: a login has one form, however it is written', () => {
  const login = 'josé@exämple.org';
  for (const text of [
    login.normalize('NFD'),
    login.toUpperCase(),
    ` ${login} `,
    `\u200b${login}\ufeff`,
    'ｊｏｓé@exämple.org',
  ])
    expect(loginSchema.parse(text)).toBe(login);
  expect(loginSchema.parse('İstanbul@example.org')).toBe(loginSchema.parse('istanbul@example.org'));
  for (const text of [
    '+49 170 1234567',
    '+49 (0)170 1234567',
    '+49-170-123.45.67',
    '＋49 170 1234567',
    '\u202a+491701234567\u202c',
    '+49\u00a0170\u20111234567',
  ])
    expect(loginSchema.parse(text)).toBe('+491701234567');
  for (const text of [
    'a\u0000b@example.org',
    'a b@example.org',
    'a\u2028b@example.org',
    '\ud83d@example.org',
    '0170 1234567',
    '+12',
  ])
    expect(loginSchema.safeParse(text).success).toBe(false);
});

it('ADM-64: text for people can be read: invisible characters are removed, control characters are refused', () => {
  const name = lineOfText(80);
  for (const [text, shown] of [
    [' José ', 'José'],
    ['Jose\u0301', 'José'],
    ['\u202eevil', 'evil'],
    ['Ada\u200b Love\u00adlace\ufeff', 'Ada Lovelace'],
    // Joiners belong to Persian and to emoji.
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['👩\u200d🚒', '👩\u200d🚒'],
    ["O'Brien-Łukasz, 李明", "O'Brien-Łukasz, 李明"],
  ] as const)
    expect(name.parse(text)).toBe(shown);
  for (const text of [
    '',
    ' ',
    '\u200b\u200b',
    '\u2800',
    '\u200d',
    'a\u0000b',
    'Al\nice',
    'a\u2028b',
    '\u202e12\u00073',
    '\ud83d',
    'a\udc00',
  ])
    expect(name.safeParse(text).success).toBe(false);
  expect(reasonText.parse('first\nsecond\tline')).toBe('first\nsecond\tline');
  expect(reasonText.safeParse('a\u0007').success).toBe(false);
  const account = { login: 'a@example.org', password: 'Grosse-Bahn-1', name: 'Ada', role: 'driver' };
  for (const vehicle of [
    { description: '\u200b', plate: 'M 1' },
    { description: 'red', plate: '\u202e12\u00073' },
  ])
    expect(createAccountSchema.safeParse({ ...account, vehicle }).success).toBe(false);
});
