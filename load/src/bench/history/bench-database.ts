import { LaunchError } from '@rideline/infra/local/launch-error';

const ADDRESS = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;

/**
 * The variable that puts the processes on a database of the bench's own, on the Mongo of the environment; none when there is no such Mongo.
 * Whoever signed in by the old database still does.
 * @throws LaunchError when the address is none of Mongo's
 */
export function benchDatabase(uri: string | undefined): Record<string, string> {
  if (!uri) return {};
  const [, hosts, database, query] = ADDRESS.exec(uri) ?? [];
  if (hosts === undefined)
    throw new LaunchError(
      'MONGODB_URI is no address of Mongo',
      'It begins with mongodb:// or mongodb+srv://',
    );
  const options = new URLSearchParams(query ?? '');
  if (database && !options.has('authSource')) options.set('authSource', database);
  const asked = options.toString();
  return { MONGODB_URI: `${hosts}/rideline_bench_${process.pid}${asked === '' ? '' : `?${asked}`}` };
}
