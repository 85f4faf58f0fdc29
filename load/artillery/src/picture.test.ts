import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { Pictures } from './picture.ts';

it('LOAD-5: pictures can be decoded, have about the wanted size, and differ by user', async () => {
  for (const bytes of [5000, 60_000, 400_000]) {
    const pictures = new Pictures(bytes, 'seed');
    const file = pictures.of('user 1');
    expect(Math.abs(file.length / bytes - 1)).toBeLessThan(0.35);
    const { format, width = 0, height = 0 } = await sharp(file).metadata();
    expect(format).toBe('png');
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    expect(data.length).toBe(width * height * info.channels);
    const digest = (label: string) => createHash('sha256').update(pictures.of(label)).digest('hex');
    expect(digest('user 1')).toBe(createHash('sha256').update(file).digest('hex'));
    expect(new Set(Array.from({ length: 40 }, (_, user) => digest(`user ${user}`))).size).toBe(40);
  }
});
