import { LaunchError } from '@rideline/infra/local/launch-error';

const ADDRESS = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;

/**
 * The variable that gives the processes a database of the bench's own on the MongoDB of the environment; empty when there is none.
 * Authentication still uses the original database.
 * @throws LaunchError when the address is not one of MongoDB's
 */
export function benchDatabase(uri: string | undefined): Record<string, string> {
  if (!uri) return {};
  const [, hosts, database, query] = ADDRESS.exec(uri) ?? [];
  if (hosts === undefined)
    throw new LaunchError(
      'MONGODB_URI is not an address of MongoDB',
      'It begins with mongodb:// or mongodb+srv://',
    );
  const options = new URLSearchParams(query ?? '');
  if (database && !options.has('authSource')) options.set('authSource', database);
  const queryText = options.toString();
  return { MONGODB_URI: `${hosts}/rideline_bench_${process.pid}${queryText === '' ? '' : `?${queryText}`}` };
}
