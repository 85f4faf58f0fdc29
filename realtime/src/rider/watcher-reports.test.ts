import type { ShareId } from '@rideline/contract';
import { expect, test } from 'vitest';
import { watcherGroups } from './watcher-reports.ts';

const share = (name: string) => name as ShareId;

test('TRACK-32: sockets of one share are one watcher since the first of them, and the rider is another', () => {
  const followers = [
    { shareId: null, sinceMs: 30 },
    { shareId: share('a'), sinceMs: 20 },
    { shareId: share('b'), sinceMs: 40 },
    { shareId: share('a'), sinceMs: 10 },
    { shareId: null, sinceMs: 50 },
  ];
  expect(watcherGroups(followers)).toEqual([
    { shareId: null, sinceMs: 30, sockets: 2 },
    { shareId: share('a'), sinceMs: 10, sockets: 2 },
    { shareId: share('b'), sinceMs: 40, sockets: 1 },
  ]);
  expect(watcherGroups([])).toEqual([]);
});
