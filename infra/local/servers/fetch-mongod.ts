import { MongoBinary } from 'mongodb-memory-server-core/lib/util/MongoBinary.js';

/**
 * Runs in a process of its own (its parent watches the download folder and gives up on a stalled one):
 * `fetch-mongod.ts FOLDER` prints the path of `mongod` as its last line, or fails with the reason.
 */
const [downloadDir] = process.argv.slice(2);
if (downloadDir === undefined) throw new Error('usage: fetch-mongod.ts FOLDER');

try {
  console.log(await MongoBinary.getPath({ downloadDir }));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
