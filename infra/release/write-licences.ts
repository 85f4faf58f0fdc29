import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../local/paths.ts';
import { licencesPage, licensedPackages } from './licences.ts';

/** `node infra/release/write-licences.ts`: writes docs/licences.md for the lock file as it is. */
const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
writeFileSync(join(ROOT, 'docs/licences.md'), licencesPage(licensedPackages(packages)));
