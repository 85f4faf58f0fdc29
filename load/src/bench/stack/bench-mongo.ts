import { connectMongo, type Mongo } from '@rideline/platform/mongo/mongo';
import { createLogger } from '@rideline/platform/process/logger';

/** The bench's own client of a cluster's MongoDB. @throws Error when it does not answer in time */
export const connectBenchMongo = (uri: string | undefined): Promise<Mongo> =>
  connectMongo({ uri: uri ?? '', name: 'bench', log: createLogger({ process: 'bench', level: 'warn' }) });
