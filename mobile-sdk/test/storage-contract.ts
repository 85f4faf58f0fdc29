import {
  RECORD_BYTES,
  type RecordStore,
  type SdkStorage,
  type StoredRecord,
  StoreLostError,
} from '../src/storage/storage.ts';

/** What a test of the contract gets. */
export interface StorageUnderTest {
  /** A storage without records that nobody has open; each call returns another object for the same records. */
  newStorage(): SdkStorage;
}

interface ContractCase {
  readonly title: string;
  readonly run: (under: StorageUnderTest) => Promise<void>;
}

/** No test framework: the cases run in a browser's page too. */
function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`);
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('the call did not reject');
}

const ignore = () => undefined;
const open = (storage: SdkStorage, onLost: () => void = ignore) => storage.open({ onLost });
const textsOf = (records: readonly StoredRecord[]) => records.map(({ text }) => text);
const allOf = async (store: RecordStore, log: 'commands' | 'fixes') =>
  textsOf(await store.read(log, 0, 1000));

async function inStore(under: StorageUnderTest, run: (store: RecordStore) => Promise<void>): Promise<void> {
  const store = await open(under.newStorage());
  await run(store);
  await store.close();
}

/** Texts that a format could break on. */
const ODD_TEXTS = [
  '{}',
  '"line\\nbreak"',
  '["tab\\t, quote \\" and backslash \\\\"]',
  '"Sài Gòn – 12 đường Hai Bà Trưng 🚕"',
  '"\u2028\u2029"',
  '[0,null,"NULL","\'; DROP TABLE rideline_records; --"]',
];

/** Every storage passes these, in the order in which they stand. */
export const STORAGE_CONTRACT: readonly ContractCase[] = [
  {
    title: 'records are read in the order in which they were appended, each log on its own',
    run: (under) =>
      inStore(under, async (store) => {
        const first = await store.append('commands', ['"a"', '"b"']);
        await store.append('fixes', ['"f"']);
        const second = await store.append('commands', ['"c"']);
        const ids = [...first, ...second];
        expectEqual(
          ids,
          ids.toSorted((a, b) => a - b),
          'ids rise',
        );
        const records = await store.read('commands', 0, 10);
        expectEqual(
          records.map(({ id }) => id),
          ids,
          'ids of records',
        );
        expectEqual(textsOf(records), ['"a"', '"b"', '"c"'], 'commands');
        expectEqual(await allOf(store, 'fixes'), ['"f"'], 'fixes');
      }),
  },
  {
    title: 'records are there after the store was closed and opened again',
    run: async (under) => {
      await inStore(under, async (store) => void (await store.append('commands', ['"a"'])));
      await inStore(under, async (store) => expectEqual(await allOf(store, 'commands'), ['"a"'], 'kept'));
    },
  },
  {
    title: 'a page begins after an id and has at most the limit',
    run: (under) =>
      inStore(under, async (store) => {
        const ids: number[] = [];
        for (let n = 0; n < 7; n++) ids.push(...(await store.append('fixes', [`${n}`])));
        const pages: string[][] = [];
        for (let afterId = 0; ; ) {
          const page = await store.read('fixes', afterId, 3);
          pages.push(textsOf(page));
          const last = page.at(-1);
          if (last === undefined) break;
          afterId = last.id;
        }
        expectEqual(pages, [['0', '1', '2'], ['3', '4', '5'], ['6'], []], 'pages');
        expectEqual(textsOf(await store.read('fixes', ids[5] as number, 9)), ['6'], 'after an id');
      }),
  },
  {
    title: 'records are deleted by id, and up to an id',
    run: async (under) => {
      await inStore(under, async (store) => {
        const ids = await store.append('commands', ['0', '1', '2', '3', '4']);
        const others = await store.append('fixes', ['"f"']);
        await store.delete('commands', [ids[1] as number, ids[3] as number, 999_999]);
        expectEqual(await allOf(store, 'commands'), ['0', '2', '4'], 'by id');
        await store.deleteUpTo('commands', ids[2] as number);
        expectEqual(await allOf(store, 'commands'), ['4'], 'up to an id');
        await store.deleteUpTo('commands', Math.max(...others, ...ids));
        expectEqual(await allOf(store, 'fixes'), ['"f"'], 'the other log');
      });
      await inStore(under, async (store) => {
        expectEqual(await allOf(store, 'commands'), [], 'after the next start');
        expectEqual(await allOf(store, 'fixes'), ['"f"'], 'fixes after the next start');
      });
    },
  },
  {
    title: 'an id is not used again, after deletion, a wipe, or the next start',
    run: async (under) => {
      let highest = 0;
      const append = async (store: RecordStore) => {
        const [id = 0] = await store.append('commands', ['"a"']);
        if (id <= highest) throw new Error(`id ${id} after ${highest}`);
        highest = id;
      };
      await inStore(under, async (store) => {
        await append(store);
        await store.deleteUpTo('commands', highest);
        await append(store);
        await store.delete('commands', [highest]);
      });
      await inStore(under, append);
      await under.newStorage().wipe();
      await inStore(under, append);
    },
  },
  {
    title: 'texts are read back as they were written',
    run: async (under) => {
      await inStore(under, async (store) => void (await store.append('commands', ODD_TEXTS)));
      await inStore(under, async (store) => expectEqual(await allOf(store, 'commands'), ODD_TEXTS, 'texts'));
    },
  },
  {
    title: 'calls take effect in the order in which they are made, without waiting for each other',
    run: (under) =>
      inStore(under, async (store) => {
        const appends = Array.from({ length: 20 }, (_, n) => store.append('fixes', [`${n}`]));
        const read = store.read('fixes', 0, 100);
        const later = store.append('fixes', ['20']);
        await Promise.all([...appends, later]);
        expectEqual(
          textsOf(await read),
          Array.from({ length: 20 }, (_, n) => `${n}`),
          'texts',
        );
      }),
  },
  {
    title: 'records of up to RECORD_BYTES are taken, larger ones are refused as a whole',
    run: async (under) => {
      const large = JSON.stringify('x"'.repeat(RECORD_BYTES / 3 - 20));
      await inStore(under, async (store) => {
        await store.append('fixes', [large]);
        for (const texts of [
          [`"${'x'.repeat(RECORD_BYTES)}"`],
          ['"small"', `"${'đ'.repeat(RECORD_BYTES / 2)}"`],
        ]) {
          const error = await errorOf(store.append('fixes', texts));
          if (!(error instanceof RangeError)) throw new Error(`rejected with ${String(error)}`);
        }
        expectEqual(await allOf(store, 'fixes'), [large], 'what was refused is not stored');
      });
      await inStore(under, async (store) => expectEqual(await allOf(store, 'fixes'), [large], 'kept'));
    },
  },
  {
    title: 'many records are appended, deleted from the front, and read in pages',
    run: async (under) => {
      const text = (n: number) =>
        JSON.stringify({ boot: 'b', fixes: Array.from({ length: 10 }, () => [n, 1.5]) });
      await inStore(under, async (store) => {
        const ids: number[] = [];
        for (let n = 0; n < 150; n++) {
          ids.push(...(await store.append('fixes', [text(n)])));
          if (n >= 50 && n % 10 === 9) await store.deleteUpTo('fixes', ids[n - 50] as number);
        }
      });
      await inStore(under, async (store) => {
        const texts: string[] = [];
        for (let afterId = 0, count = 1; count > 0; ) {
          const page = await store.read('fixes', afterId, 40);
          texts.push(...textsOf(page));
          count = page.length;
          afterId = page.at(-1)?.id ?? afterId;
        }
        expectEqual(
          texts,
          Array.from({ length: 50 }, (_, n) => text(n + 100)),
          'records',
        );
      });
    },
  },
  {
    title: 'a wipe deletes everything, and ends a store that is open',
    run: async (under) => {
      let lost = 0;
      const store = await open(under.newStorage(), () => {
        lost++;
      });
      await store.append('commands', ['"a"']);
      await store.append('fixes', ['"f"']);
      await under.newStorage().wipe();
      const error = await errorOf(store.append('commands', ['"b"']));
      if (!(error instanceof StoreLostError)) throw new Error(`rejected with ${String(error)}`);
      if (!((await errorOf(store.read('commands', 0, 1))) instanceof StoreLostError)) throw new Error('read');
      expectEqual(lost, 1, 'onLost');
      await store.close();
      await inStore(under, async (next) => {
        expectEqual([await allOf(next, 'commands'), await allOf(next, 'fixes')], [[], []], 'records');
      });
    },
  },
  {
    title: 'a closed store refuses calls, closes once, and loses no call made before',
    run: async (under) => {
      let lost = 0;
      const store = await open(under.newStorage(), () => {
        lost++;
      });
      const append = store.append('commands', ['"a"']);
      await Promise.all([store.close(), store.close()]);
      await append;
      if (!((await errorOf(store.append('commands', ['"b"']))) instanceof StoreLostError))
        throw new Error('append');
      expectEqual(lost, 0, 'onLost');
      await inStore(under, async (next) => expectEqual(await allOf(next, 'commands'), ['"a"'], 'records'));
    },
  },
  {
    title: 'two clients never have the store at the same time',
    run: async (under) => {
      let lost = 0;
      const first = await open(under.newStorage(), () => {
        lost++;
      });
      await first.append('commands', ['"a"']);
      const giveUp = new AbortController();
      const opening = under.newStorage().open({ onLost: ignore, signal: giveUp.signal });
      const waits = await Promise.race([
        opening.then(() => false),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 100)),
      ]);
      if (waits) {
        // It waits for its turn, and can give up.
        await first.append('commands', ['"b"']);
        giveUp.abort();
        await errorOf(opening);
        await first.append('commands', ['"c"']);
        await first.close();
        await inStore(under, async (next) =>
          expectEqual(await allOf(next, 'commands'), ['"a"', '"b"', '"c"'], 'records'),
        );
        return;
      }
      // It has taken the store over: the first one can neither write nor read.
      const second = await opening;
      if (!((await errorOf(first.append('commands', ['"b"']))) instanceof StoreLostError))
        throw new Error('append');
      if (!((await errorOf(first.read('commands', 0, 1))) instanceof StoreLostError)) throw new Error('read');
      expectEqual(lost, 1, 'onLost');
      await second.append('commands', ['"c"']);
      expectEqual(await allOf(second, 'commands'), ['"a"', '"c"'], 'records');
      await second.close();
    },
  },
];
