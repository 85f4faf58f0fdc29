import { describe, expect, it } from 'vitest';
import { readAddress, writeAddress } from './address.ts';

describe('address', () => {
  it('MAP-11: a link opens the same view, cab and follow', () => {
    const address = {
      view: { zoom: 12.5, lat: 37.77493, lng: -122.41942 },
      cab: 'abboip',
      trip: null,
      document: null,
      follow: true,
    };
    expect(writeAddress(address)).toBe('#map=12.50/37.77493/-122.41942&cab=abboip&follow');
    expect(readAddress(writeAddress(address))).toEqual(address);
    expect(writeAddress({ view: null, cab: null, trip: null, document: null, follow: true })).toBe('');
  });

  it('MAP-11: a link opens the same trip; of a cab and a trip the cab is selected', () => {
    const address = { view: null, cab: null, trip: '0198-t', document: null, follow: false };
    expect(writeAddress(address)).toBe('#trip=0198-t');
    expect(readAddress('#trip=0198-t')).toEqual(address);
    expect(readAddress('#cab=a&trip=b')).toMatchObject({ cab: 'a', trip: null });
    const documentAddress = { view: null, cab: null, trip: null, document: '0199-d', follow: false };
    expect(readAddress(writeAddress(documentAddress))).toEqual(documentAddress);
    expect(readAddress('#trip=b&document=d')).toMatchObject({ trip: 'b', document: null });
  });

  it('MAP-11: parts that do not belong in a link are ignored', () => {
    const none = { view: null, cab: null, trip: null, document: null, follow: false };
    for (const hash of [
      '',
      '#',
      '#map=a/b/c',
      '#map=12/91/0',
      '#map=12/1',
      '#cab=../x&follow',
      '#follow',
      '#cab=',
    ]) {
      expect(readAddress(hash)).toEqual(none);
    }
  });
});
