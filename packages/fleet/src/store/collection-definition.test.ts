import mongoose from 'mongoose';
import { expect, it } from 'vitest';
import { defineCollection, mixed, requiredDate, requiredString } from './collection-definition.ts';

interface StoredThing {
  _id: string;
  kind: 'one' | 'two';
  at: Date;
  note?: string;
  end: Date | null;
  tags: string[];
  data: unknown;
}

const fields = {
  _id: requiredString,
  kind: { type: String, required: true, enum: ['one', 'two'] },
  at: requiredDate,
  note: String,
  end: Date,
  tags: [String],
  data: mixed,
} as const;

it('MONGO-17: TypeScript refuses a schema that differs from the stored type', () => {
  defineCollection<StoredThing>({ name: 'things', fields });
  const { note: _missing, ...lacking } = fields;
  // @ts-expect-error a field is missing
  defineCollection<StoredThing>({ name: 'things', fields: lacking });
  // @ts-expect-error a field that the type does not have
  defineCollection<StoredThing>({ name: 'things', fields: { ...fields, more: String } });
  // @ts-expect-error another type
  defineCollection<StoredThing>({ name: 'things', fields: { ...fields, note: Date } });
  // @ts-expect-error not required although it is never absent
  defineCollection<StoredThing>({ name: 'things', fields: { ...fields, at: Date } });
  // @ts-expect-error required although it may be absent
  defineCollection<StoredThing>({ name: 'things', fields: { ...fields, note: requiredString } });
  // @ts-expect-error required although it may be null
  defineCollection<StoredThing>({ name: 'things', fields: { ...fields, end: requiredDate } });
  const kind = { type: String, required: true, enum: ['one', 'three'] } as const;
  // @ts-expect-error a value that the type does not allow
  const definition = defineCollection<StoredThing>({ name: 'things', fields: { ...fields, kind } });
  expect(definition.name).toBe('things');
});

it('MONGO-17: a schema names each path that a document violates', async () => {
  const { schema } = defineCollection<StoredThing>({ name: 'things', fields });
  const Thing = new mongoose.Mongoose().model('things', schema);
  const invalid = new Thing({ _id: 'a', kind: 'three', at: 'no date', end: null, tags: [] });
  await expect(invalid.validate()).rejects.toMatchObject({ errors: { at: {}, kind: {} } });
  await new Thing({ _id: 'a', kind: 'one', at: new Date(0) }).validate();
});
