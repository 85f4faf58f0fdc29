import { describe, expect, it } from 'vitest';
import { hashTag } from './redis-hash-tags.ts';

describe('redis-hash-tags', () => {
  it.each([
    ['sf:{r:sf}:live', 'r:sf'],
    ['plain', 'plain'],
    ['a{}b', 'a{}b'],
    ['a{b', 'a{b'],
    ['{a}{b}', 'a'],
    ['{{a}}', '{a'],
  ])('DEG-1: the slot of %s is decided by %s', (key, tag) => {
    expect(hashTag(key)).toBe(tag);
  });
});
