import { startTcpProxy, type TcpProxy } from '@rideline/infra/proxy/tcp-proxy';

/** A TCP proxy that simulates a phone's bad network. */
export interface CutProxy extends Omit<TcpProxy, 'port'> {
  readonly url: string;
  /** Cut connections that request a websocket, as a middlebox without websocket support does. */
  blockWebsocket: boolean;
  /** Drop websocket messages of servers that contain this text: a network does not, but a server's fault looks the same to a phone. */
  dropMessages: string | null;
}

/** Passes what a server sends on one connection on, without the websocket frames (RFC 6455, section 5.2) that contain `text`. */
class ServerFrames {
  #rest: Buffer = Buffer.alloc(0);
  #isUpgraded = false;

  push(chunk: Buffer, text: string | null): Buffer {
    if (!this.#isUpgraded) {
      this.#isUpgraded = /^HTTP\/1.1 101/.test(chunk.toString('latin1', 0, 16));
      return chunk;
    }
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const passed: Buffer[] = [];
    for (let end = this.#frameEnd(); end <= this.#rest.length; end = this.#frameEnd()) {
      const frame = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end);
      if (text === null || !frame.includes(text)) passed.push(frame);
    }
    return Buffer.concat(passed);
  }

  /** Where the first frame ends; infinity while its head is incomplete. Servers do not mask, and send no message of 64 KB here. */
  #frameEnd(): number {
    const rest = this.#rest;
    const short = (rest[1] ?? 0) & 0x7f;
    if (rest.length < 2 || (short >= 126 && rest.length < 4)) return Number.POSITIVE_INFINITY;
    return short < 126 ? 2 + short : 4 + rest.readUInt16BE(2);
  }
}

/** @param front address of the front port */
export async function startCutProxy(front: string): Promise<CutProxy> {
  const { hostname, port } = new URL(front);
  const network: Pick<CutProxy, 'blockWebsocket' | 'dropMessages'> = {
    blockWebsocket: false,
    dropMessages: null,
  };
  const proxy = await startTcpProxy(
    { host: hostname, port: Number(port) },
    ({ client, target, breakConnection }) => {
      client.on('data', (chunk) => {
        if (network.blockWebsocket && /upgrade: *websocket/i.test(chunk.toString('latin1')))
          breakConnection();
        else target.write(chunk);
      });
      const frames = new ServerFrames();
      target.on('data', (chunk) => client.write(frames.push(chunk, network.dropMessages)));
    },
  );
  return Object.assign(network, { ...proxy, url: `http://127.0.0.1:${proxy.port}` });
}
