import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { openVirusScanner } from './virus-scanner.ts';

const EICAR = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';
const SIZE_LIMIT = 1_000_000;
let servers: Server[] = [];
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

/** Speaks clamd's protocol; finds EICAR. */
async function startClamd(): Promise<{ host: string; port: number; received: () => number }> {
  let received = 0;
  const server = createServer((socket) => {
    let input = Buffer.alloc(0);
    let content = Buffer.alloc(0);
    let begun = false;
    socket.on('error', () => socket.destroy());
    socket.on('data', (part) => {
      input = Buffer.concat([input, part]);
      if (!begun) {
        if (!input.includes(0)) return;
        expect(input.subarray(0, 10).toString()).toBe('zINSTREAM\0');
        input = input.subarray(10);
        begun = true;
      }
      while (input.length >= 4 && input.length >= 4 + input.readUInt32BE(0)) {
        const length = input.readUInt32BE(0);
        if (length === 0) {
          received = content.length;
          socket.end(content.includes(EICAR) ? 'stream: Win.Test.EICAR_HDB-1 FOUND\0' : 'stream: OK\0');
          return;
        }
        content = Buffer.concat([content, input.subarray(4, 4 + length)]);
        input = input.subarray(4 + length);
        if (content.length > SIZE_LIMIT) return void socket.end('INSTREAM size limit exceeded. ERROR\0');
      }
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, received: () => received };
}

it('DOC-46: the virus scanner receives all bytes, and its findings are applied', async () => {
  const clamd = await startClamd();
  const scanner = openVirusScanner(clamd);
  expect(await scanner.scan(Buffer.alloc(700_000, 1))).toBe('clean');
  expect(clamd.received()).toBe(700_000);
  expect(await scanner.scan(Buffer.concat([Buffer.alloc(300_000), Buffer.from(EICAR)]))).toBe('infected');
});

it('DOC-46: while the scanner is away, or cannot scan a file of this size, the file waits', async () => {
  const clamd = await startClamd();
  await expect(openVirusScanner(clamd).scan(Buffer.alloc(SIZE_LIMIT + 1))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  const away = openVirusScanner({ host: '127.0.0.1', port: 1 });
  await expect(away.scan(Buffer.alloc(10))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
