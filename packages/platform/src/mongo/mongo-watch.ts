import type { Connection } from 'mongoose';

const EVERY_MS = 2000;
const ANSWER_MS = 3000;
/** mongoose's `readyState` of a connection that is up. */
const CONNECTED = 1;

/**
 * Pings MongoDB every 2 s: a server that is frozen keeps its connections open and answers nothing, and the driver notices only after
 * `socketTimeoutMS`. Reports the changes only; a connection that is lost is reported by the connection itself.
 */
export function watchMongo(
  connection: Connection,
  on: { readonly onSilent: (reason: string) => void; readonly onAnswer: () => void },
): { stop(): void } {
  let isAsking = false;
  let isSilent = false;
  const silent = (reason: string) => {
    if (isSilent) return;
    isSilent = true;
    on.onSilent(reason);
  };
  const ask = async () => {
    // One ping at a time: they would pile up on a frozen server.
    if (isAsking || connection.readyState !== CONNECTED) return;
    isAsking = true;
    const late = setTimeout(() => silent(`no answer within ${ANSWER_MS} ms`), ANSWER_MS);
    try {
      await connection.db?.admin().ping();
      if (isSilent) on.onAnswer();
      isSilent = false;
    } catch (error) {
      silent((error as Error).message);
    } finally {
      clearTimeout(late);
      isAsking = false;
    }
  };
  const timer = setInterval(() => void ask(), EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
