import { MongoBinary } from 'mongodb-memory-server-core/lib/util/MongoBinary.js';

/**
 * `fetch-mongod.ts FOLDER` prints the path of `mongod` as its last line, or fails with the reason. It runs in a process of its own,
 * so that the parent can watch the download folder and kill a stalled download.
 */
const [downloadDir] = process.argv.slice(2);
if (downloadDir === undefined) throw new Error('usage: fetch-mongod.ts FOLDER');

try {
  console.log(await MongoBinary.getPath({ downloadDir }));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
