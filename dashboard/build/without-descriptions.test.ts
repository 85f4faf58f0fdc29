import { expect, it } from 'vitest';
import { cutDescriptions } from './without-descriptions.ts';

it('MAP-14: the contract is bundled without the texts of its fields, each statement on its line', () => {
  const source = [
    'const about = (what: string) => what.trim();',
    'export const schema = z',
    '  .object({',
    "    id: idSchema.describe('of the trip'),",
    "    at: z.number().describe(about('time')).nullable(),",
    "    list: z.array(z.string().describe('one')).describe(",
    "      'all of them',",
    '    ),',
    '  })',
    "  .describe('what it is') satisfies z.ZodType;",
    "export const other = describe('not a schema');",
  ].join('\n');
  expect(cutDescriptions(source).split('\n')).toEqual([
    'const about = (what: string) => what.trim();',
    'export const schema = z',
    '  .object({',
    '    id: idSchema,',
    '    at: z.number().nullable(),',
    '    list: z.array(z.string())',
    '',
    ',',
    '  })',
    ' satisfies z.ZodType;',
    "export const other = describe('not a schema');",
  ]);
});
