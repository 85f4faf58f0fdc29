import { ConfigError, describeEnvironment, loadConfig } from '@rideline/platform/config/config';
import { readTokenKeys } from '@rideline/platform/tokens/tokens';
import { PROCESS_CONFIGS } from './process-configs.ts';

/** `./rideline check-config`: prints the variables of all processes as they are in force, secrets redacted, and every fault; exits 1 when there is one. */
async function main(): Promise<void> {
  for (const line of describeEnvironment(process.env, ...PROCESS_CONFIGS)) console.log(line);
  try {
    const config = loadConfig(process.env, 'check', ...PROCESS_CONFIGS);
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
