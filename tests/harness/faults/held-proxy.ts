import { EventEmitter, once } from 'node:events';
import { startTcpProxy } from '@rideline/infra/proxy/tcp-proxy';

/** A TCP proxy that stops relaying after a number of bytes, so that a test knows in whose middle a program is. */
export interface HeldProxy {
  readonly port: number;
  /** Resolves when the bytes have passed and nothing is relayed any more. */
  readonly held: Promise<unknown>;
  /** Breaks all connections and relays everything from now on. */
  breakAndRelease(): void;
  close(): Promise<void>;
}

/** @param options.bytes of `direction`, over all connections */
export async function startHeldProxy(
  to: { readonly host: string; readonly port: number },
  options: { readonly bytes: number; readonly direction: 'toServer' | 'toClient' },
): Promise<HeldProxy> {
  let left = options.bytes;
  const events = new EventEmitter();
  const held = once(events, 'held');
  /** @returns whether the chunk may pass */
  const passes = (chunk: Buffer, direction: 'toServer' | 'toClient') => {
    if (left <= 0) return false;
    if (direction === options.direction) left -= chunk.length;
    if (left <= 0) events.emit('held');
    return true;
  };
  const proxy = await startTcpProxy(to, ({ client, target }) => {
    client.on('data', (chunk) => {
      if (passes(chunk, 'toServer')) target.write(chunk);
    });
    target.on('data', (chunk) => {
      if (passes(chunk, 'toClient')) client.write(chunk);
    });
  });
  return {
    port: proxy.port,
    held,
    breakAndRelease() {
      left = Number.POSITIVE_INFINITY;
      proxy.cut();
      proxy.restore();
    },
    close: () => proxy.close(),
  };
}
