import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Address, writeAddress } from './address.ts';
import { AddressBar } from './address-bar.ts';

const PAGE = 'http://fleet.example/';
const LINK = '#map=14.00/37.76000/-122.43000';
const FOLLOWED = '#map=14.00/37.74850/-122.44028&cab=cab-01&follow';
let enter: (event: { newURL: string }) => void;

beforeEach(() => {
  vi.useFakeTimers();
  const location = { hash: FOLLOWED, pathname: '/' };
  vi.stubGlobal('location', location);
  vi.stubGlobal('history', {
    replaceState: (_state: unknown, _title: string, url: string) => {
      location.hash = url;
    },
  });
  vi.stubGlobal('addEventListener', (_type: string, listener: typeof enter) => {
    enter = listener;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('MAP-10: a link counts although a change that waited is written between its navigation and its event', () => {
  const links: Address[] = [];
  const bar = new AddressBar((address) => links.push(address));
  bar.write({ follow: true });
  location.hash = LINK;
  vi.advanceTimersByTime(500);
  expect(location.hash).toBe(FOLLOWED);
  enter({ newURL: PAGE + LINK });
  expect(links.map(writeAddress)).toEqual([LINK]);
  vi.advanceTimersByTime(500);
  expect(location.hash).toBe(LINK);
});
