import type { Cluster, Redis } from 'ioredis';

/** The two members of ioredis' Command that are read here. */
interface KeyedCommand {
  name: string;
  getKeys(): (string | Buffer)[];
}

interface KeyedPipeline {
  _queue: KeyedCommand[];
  exec(...args: unknown[]): unknown;
}

/** The part of a key that determines its slot (Redis Cluster specification, "hash tags"). */
export function hashTag(key: string): string {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key;
}

function assertSameTag(what: string, commands: readonly KeyedCommand[]): void {
  const tags = new Set(
    commands.flatMap((command) => command.getKeys().map((key) => hashTag(key.toString()))),
  );
  if (tags.size > 1)
    throw new Error(`${what} mixes hash tags: ${[...tags].join(', ')}; it would fail on Redis Cluster`);
}

/** Makes a client throw when one command or one explicit pipeline touches keys of more than one hash tag. */
export function assertOneHashTag(client: Redis | Cluster): void {
  const send = client.sendCommand.bind(client) as (...args: unknown[]) => unknown;
  const pipeline = client.pipeline.bind(client) as (...args: unknown[]) => unknown;
  Object.assign(client, {
    sendCommand(command: KeyedCommand, ...rest: unknown[]) {
      assertSameTag(command.name, [command]);
      return send(command, ...rest);
    },
    pipeline(...args: unknown[]) {
      const made = pipeline(...args) as KeyedPipeline;
      const exec = made.exec.bind(made);
      made.exec = (...execArgs: unknown[]) => {
        assertSameTag('a pipeline', made._queue);
        return exec(...execArgs);
      };
      return made;
    },
  });
}
