import { describe, expect, it } from 'vitest';
import { fitToThread, foldProfile, selfBy } from './flame-fold.ts';
import { originOf } from './flame-origin.ts';
import { speedscopeFile } from './speedscope-file.ts';

const ROOT = new URL('../../../../', import.meta.url).href;

const TAKE = `${ROOT}realtime/src/driver.ts`;

function node(id: number, functionName: string, url: string, children: number[] = []) {
  return { id, callFrame: { functionName, url, scriptId: '0', lineNumber: 7, columnNumber: 0 }, children };
}

/** `read` calls `take` twice, in two versions that V8 compiled. One sample is idle time, and one is followed by a long gap. */
const profile = {
  nodes: [
    node(1, '(root)', '', [2, 5, 6]),
    node(2, 'read', 'node:net', [3, 4]),
    node(3, 'take', TAKE),
    node(4, 'take', TAKE),
    node(5, '(idle)', ''),
    node(6, '(garbage collector)', ''),
  ],
  samples: [2, 3, 4, 5, 6, 2],
  timeDeltas: [0, 500, 400, 300, 800, 9000],
};

describe('folding of a profile', () => {
  it('merges the versions of a function, leaves idle time out and attributes a long gap to another process', () => {
    const root = foldProfile(profile);
    expect(root.totalUs).toBe(500 + 400 + 300 + 1000);
    const [read] = [...root.children.values()].filter(({ label }) => label === 'read');
    expect(read).toMatchObject({ selfUs: 500, totalUs: 1200 });
    expect([...(read?.children.values() ?? [])]).toMatchObject([
      { label: 'take', where: 'realtime/src/driver.ts:8', selfUs: 700 },
    ]);
    expect([...root.children.values()].map(({ label }) => label)).toEqual(['read', '(garbage collector)']);
    expect(selfBy(root, ({ origin }) => origin.kind)).toEqual([
      ['GC', 1000],
      ['ours', 700],
      ['Node', 500],
    ]);
  });

  it("adds the thread's time that was not sampled", () => {
    const root = foldProfile(profile);
    fitToThread(root, 3000);
    expect(root.totalUs).toBe(3000);
    expect(selfBy(root, ({ origin }) => origin.kind)).toContainEqual(['event loop', 800]);
  });

  it('scales samples down that sum up to more than the thread used', () => {
    const root = foldProfile(profile);
    fitToThread(root, 1100);
    expect(root.totalUs).toBe(1100);
    expect(selfBy(root, ({ origin }) => origin.kind)).toEqual([
      ['GC', 500],
      ['ours', 350],
      ['Node', 250],
    ]);
  });

  it('OPS-103: writes the tree in the file format of speedscope, weighted per frame', () => {
    const root = foldProfile(profile);
    expect(speedscopeFile('a gateway', [{ name: 'ours', root, frames: 10 }])).toMatchObject({
      $schema: 'https://www.speedscope.app/file-format-schema.json',
      shared: {
        frames: [
          { name: 'read (node:net:8)' },
          { name: 'take (realtime/src/driver.ts:8)' },
          { name: '(garbage collector)' },
        ],
      },
      profiles: [
        {
          type: 'sampled',
          unit: 'microseconds',
          startValue: 0,
          endValue: 220,
          samples: [[0], [0, 1], [2]],
          weights: [50, 70, 100],
        },
      ],
    });
  });
});

describe('origin of a function', () => {
  it.each([
    [`${ROOT}realtime/src/driver.ts`, 'ours', 'realtime/src/driver.ts'],
    [`${ROOT}node_modules/ws/lib/sender.js`, 'Socket.IO', 'ws'],
    [
      `${ROOT}node_modules/@socket.io/component-emitter/lib/cjs/index.js`,
      'Socket.IO',
      '@socket.io/component-emitter',
    ],
    [`${ROOT}node_modules/ioredis/built/Redis.js`, 'ioredis', 'ioredis'],
    [`${ROOT}node_modules/debug/src/node.js`, 'packages', 'debug'],
    ['node:internal/streams/writable', 'Node', 'node:internal/streams/writable'],
    ['', 'native', 'writev()'],
  ])('%s', (url, kind, place) => {
    expect(originOf({ functionName: 'writev', url })).toEqual({ kind, place });
  });
});
