import { expect, test } from 'vitest';
import { withoutPassword } from './redact.ts';

test('OPS-24: an address is shown without its password', () => {
  expect(withoutPassword('redis://:secret@host:6379/0')).toBe('redis://:***@host:6379/0');
  expect(withoutPassword('mongodb://me:secret@host/db')).toBe('mongodb://me:***@host/db');
  expect(withoutPassword('mongodb://host/db?replicaSet=rs0')).toBe('mongodb://host/db?replicaSet=rs0');
});
