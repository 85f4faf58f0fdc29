/* `node lint.js openapi.json asyncapi.json`: prints what the rules find, exit 1 when they find anything worse than a hint. */
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';

/** Severities of Spectral: 0 error, 1 warning, 2 information, 3 hint. */
const WARNING = 1;

const [openapi, asyncapi] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'));
const linter = new spectral.Spectral();
linter.setRuleset({ extends: [[rulesets.oas, 'recommended']] });
const { document, diagnostics } = await new Parser().parse(asyncapi);
const found = [
  ...(await linter.run(JSON.parse(openapi))).map((one) => ({ file: 'openapi.json', ...one })),
  ...diagnostics.map((one) => ({ file: 'asyncapi.json', ...one })),
].filter(({ severity }) => severity <= WARNING);
for (const { file, code, message, path } of found)
  console.log(`${file} ${path.join('.')}: ${code}: ${message}`);
if (document === undefined) console.log('asyncapi.json is not valid');
else console.log(`asyncapi.json: ${document.operations().length} operations`);
process.exitCode = found.length > 0 || document === undefined ? 1 : 0;
