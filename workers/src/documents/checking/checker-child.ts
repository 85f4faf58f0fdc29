import { checkFile } from './check-file.ts';
import type { CheckerReply, CheckRequest } from './checked-file.ts';

/**
 * The child process that opens what anybody may have written. It has no environment, no address and no key of the product; it reads one
 * path and writes into one folder, and its parent (checker-process.ts) ends it when it takes too long or too much memory.
 */
function reply(message: CheckerReply): void {
  process.send?.(message);
}

process.on('message', (request: CheckRequest) => {
  checkFile(request).then(reply, (error: Error) => reply({ outcome: 'failed', reason: error.message }));
});
// A parent that is gone has nobody to answer to.
process.on('disconnect', () => process.exit(0));
