import { checkFile } from './check-file.ts';
import type { CheckerReply, CheckRequest } from './checked-file.ts';

/**
 * The child process that opens untrusted files. It has no environment, no address and no key of the product. It reads one path and writes
 * into one folder, and its parent (checker-process.ts) kills it when it takes too long or too much memory.
 */
function reply(message: CheckerReply): void {
  process.send?.(message);
}

process.on('message', (request: CheckRequest) => {
  checkFile(request).then(reply, (error: Error) => reply({ outcome: 'failed', reason: error.message }));
});
// Without its parent the child has no purpose.
process.on('disconnect', () => process.exit(0));
