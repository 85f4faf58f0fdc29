import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CodedError } from '@rideline/contract';

export interface VirusScanner {
  /** @throws CodedError UNAVAILABLE when it does not answer or cannot scan a file of this size: the file is then neither clean nor infected */
  scan(bytes: Uint8Array): Promise<'clean' | 'infected'>;
}

const SCAN_MS = 30_000;
const CHUNK_BYTES = 256 * 1024;
/** Longest answer: the name of a finding. */
const ANSWER_BYTES = 4096;

/** ClamAV's daemon, by its protocol: INSTREAM with a length before each chunk and an empty chunk at the end (clamd(8)). */
export function openVirusScanner(address: { host: string; port: number }): VirusScanner {
  return {
    async scan(bytes) {
      const socket = connect(address);
      socket.setTimeout(SCAN_MS, () => socket.destroy(new Error('no answer in time')));
      try {
        const [answer] = await Promise.all([readAnswer(socket), send(socket, bytes)]);
        return verdictOf(answer);
      } catch (cause) {
        throw new CodedError('UNAVAILABLE', 'The virus scanner is unavailable.', { cause });
      } finally {
        socket.destroy();
      }
    },
  };
}

async function send(socket: Socket, bytes: Uint8Array): Promise<void> {
  socket.write('zINSTREAM\0');
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const part = bytes.subarray(at, at + CHUNK_BYTES);
    socket.write(lengthOf(part.length));
    if (!socket.write(part)) await once(socket, 'drain');
  }
  socket.write(lengthOf(0));
}

function lengthOf(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

async function readAnswer(socket: Socket): Promise<string> {
  let answer = '';
  for await (const part of socket) {
    answer += String(part);
    if (answer.includes('\0') || answer.length > ANSWER_BYTES) break;
  }
  return answer;
}

function verdictOf(answer: string): 'clean' | 'infected' {
  const text = answer.replace(/\0[\s\S]*$/, '').trim();
  if (text === 'stream: OK') return 'clean';
  if (text.endsWith(' FOUND')) return 'infected';
  throw new Error(text === '' ? 'no answer' : text.slice(0, 100));
}
