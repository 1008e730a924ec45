import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 60_000;

export function hasGcloud(): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'gcloud')));
}

/** Runs `gcloud` without credentials against servers on this machine, with a configuration of its own. */
export async function gcloud(googleUrl: string, args: readonly string[]): Promise<unknown> {
  const stdout = await runIn(googleUrl, 'gcloud', [...args, '--format=json', '--quiet']);
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

/** Runs a line as somebody would who pasted it into a shell, with `gcloud` like that. */
export async function shell(googleUrl: string, line: string): Promise<void> {
  await runIn(googleUrl, 'sh', ['-c', line]);
}

async function runIn(googleUrl: string, command: string, args: readonly string[]): Promise<string> {
  const config = mkdtempSync(join(tmpdir(), 'latchkey-gcloud-'));
  try {
    const { stdout } = await run(command, [...args], {
      timeout: COMMAND_TIMEOUT_MS,
      env: {
        PATH: process.env.PATH,
        HOME: config,
        CLOUDSDK_CONFIG: config,
        CLOUDSDK_API_ENDPOINT_OVERRIDES_IAP: `${googleUrl}/`,
        CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: `${googleUrl}/`,
        CLOUDSDK_AUTH_DISABLE_CREDENTIALS: '1',
        CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
        CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
        CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
      },
    });
    return stdout;
  } finally {
    rmSync(config, { recursive: true, force: true });
  }
}
