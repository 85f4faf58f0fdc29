import { backgroundUploadSchema, CodedError, locationUpdateSchema } from '@rideline/contract';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parsePart } from './validation.ts';

const forms = z.union([locationUpdateSchema, backgroundUploadSchema]);

function pathsOf(body: unknown): string[] {
  try {
    parsePart('body', forms, body);
    return [];
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return (error.issues ?? []).map(({ path }) => path);
  }
}

it('FIX-32: of a body with several forms the faults of the one that was meant are named', () => {
  expect(pathsOf({ boot: 'b', fixes: [['x', 1, 2, 3]] })).toEqual(['body.fixes.0.0']);
  expect(pathsOf({ boot: 1, fixes: 2 })).toEqual(['body.boot', 'body.fixes']);
  expect(pathsOf({ boot: 'b' })).toEqual(['body.fixes']);
  expect(pathsOf({})).toEqual(['body.boot', 'body.fixes']);
  expect(pathsOf({ location: { uuid: 'u', timestamp: 'now', coords: 7 } })).toEqual(['body.location.coords']);
  expect(pathsOf({ location: {} })).toEqual([
    'body.location.uuid',
    'body.location.timestamp',
    'body.location.coords',
  ]);
  expect(pathsOf({ location: [{ uuid: 'u', timestamp: 5, coords: {} }, {}] })[0]).toBe(
    'body.location.1.uuid',
  );
  expect(pathsOf({ location: 'here' })).toHaveLength(1);
  expect(pathsOf([])).toHaveLength(1);
});
