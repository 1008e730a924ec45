import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError, loadConfig } from '../config.ts';

/** Reads the configuration of a deployed function; where it is wrong, says all that is and stops the process. */
export function configure(codeDirectory: string): Config {
  try {
    return loadConfig(
      process.env,
      (path) => readFileSync(path, 'utf8'),
      join(codeDirectory, 'entitlements.yaml'),
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
