import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildPackage } from './build-package.ts';
import { SDK_FOLDER } from './entries.ts';

/** `npm run build -w mobile-sdk`: the package in mobile-sdk/dist/package, and its tarball beside it. */
const { folder, tarball } = await buildPackage(join(SDK_FOLDER, 'dist'));
const kilobytes = (statSync(tarball).size / 1000).toFixed(0);
console.log(`${relative('.', folder)}\n${relative('.', tarball)} (${kilobytes} kB)`);
