import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Writes the code cache of every unit, by running each target once in a process of its own. */
export async function prime(dist: string, units: readonly string[]): Promise<void> {
  const targets = ['slack', 'converge', 'sweep'];
  const clients = units.filter((unit) => !targets.includes(unit));
  const run = promisify(execFile);
  const script = join(import.meta.dirname, 'prime-target.ts');
  await Promise.all(
    targets.map((target) =>
      run(process.execPath, [script, dist, target, target, ...(target === 'sweep' ? clients : [])]),
    ),
  );
}
