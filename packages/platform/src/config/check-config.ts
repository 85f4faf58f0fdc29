import { readTokenKeys } from '../tokens/tokens.ts';
import { ConfigError, describeEnvironment, loadConfig } from './config.ts';

/** `./rideline check-config`: prints what is in force, secrets redacted, and every fault; exits 1 when there is one. */
async function main(): Promise<void> {
  for (const line of describeEnvironment(process.env)) console.log(line);
  try {
    const config = loadConfig(process.env, 'check');
    if (config.tokenKeysFile) await readTokenKeys(config.tokenKeysFile, { production: config.production });
    console.log('The configuration is good.');
  } catch (error) {
    console.error(
      error instanceof ConfigError ? error.message : `RIDELINE_TOKEN_KEYS_FILE: ${(error as Error).message}`,
    );
    process.exitCode = 1;
  }
}

await main();
