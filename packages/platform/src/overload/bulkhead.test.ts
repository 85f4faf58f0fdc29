import { describe, expect, it } from 'vitest';
import { BulkheadFull, createBulkhead } from './bulkhead.ts';

const OPTIONS = { places: 5, reserved: 1, waiting: 3, waitMs: 30 };

/** Work that ends on demand. */
function held() {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { work: () => promise, end: () => resolve('done') };
}

describe('bulkhead', () => {
  it('DEG-21: ordinary work fills its slots, critical work has one more; other calls wait, critical ones first', async () => {
    const bulkhead = createBulkhead({ ...OPTIONS, waitMs: 5000 });
    const ordinary = Array.from({ length: 4 }, held);
    const running = ordinary.map(({ work }) => bulkhead.run(work, false));
    const critical = held();
    const reserved = bulkhead.run(critical.work, true);
    expect(bulkhead.inUse()).toBe(5);
    const order: string[] = [];
    const note = (name: string) => async () => {
      order.push(name);
    };
    const waiting = [bulkhead.run(note('ordinary'), false), bulkhead.run(note('critical'), true)];
    expect([bulkhead.inUse(), bulkhead.waiting()]).toEqual([5, 2]);
    for (const { end } of ordinary) end();
    critical.end();
    await Promise.all([...running, reserved, ...waiting]);
    expect(order).toEqual(['critical', 'ordinary']);
    expect([bulkhead.inUse(), bulkhead.waiting(), bulkhead.oldestMs()]).toEqual([0, 0, 0]);
  });

  it('DEG-21: calls without a slot in time are refused, and at once when too many wait', async () => {
    const bulkhead = createBulkhead(OPTIONS);
    const all = Array.from({ length: 4 }, held);
    const running = all.map(({ work }) => bulkhead.run(work, false));
    const late = Array.from({ length: 3 }, () => bulkhead.run(async () => 'never', false));
    await expect(bulkhead.run(async () => 'never', false)).rejects.toThrow('too many wait');
    for (const refusal of await Promise.allSettled(late))
      expect(refusal).toMatchObject({ status: 'rejected', reason: expect.any(BulkheadFull) });
    for (const { end } of all) end();
    await Promise.all(running);
    expect(await bulkhead.run(async () => 'again', false)).toBe('again');
    expect(bulkhead.inUse()).toBe(0);
  });

  it('DEG-21: failed work releases its slot', async () => {
    const bulkhead = createBulkhead(OPTIONS);
    const fail = async () => {
      throw new Error('broken');
    };
    for (let time = 0; time < 20; time += 1)
      await expect(bulkhead.run(fail, false)).rejects.toThrow('broken');
    expect(bulkhead.inUse()).toBe(0);
  });
});
