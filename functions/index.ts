import { guardServer } from './guard-server.ts';
import { load, units } from './load.ts';

// The entry point of the deployed folder: registers the function that this process is to serve under its name and
// signature. The build makes a file of its own of each `import()`, so that a process reads only what it uses.

type Framework = typeof import('@google-cloud/functions-framework');
const { createRequire } = process.getBuiltinModule('node:module');
/** The framework that is running this code, wherever it was installed: the registry is inside it. */
const { http, cloudEvent } = createRequire(process.argv[1] ?? import.meta.url)(
  '@google-cloud/functions-framework',
) as Framework;

const target = targetOf(process.argv, process.env);
switch (target) {
  case 'slack':
    http('slack', (await import('./slack.ts')).slack);
    break;
  case 'converge':
    cloudEvent('converge', (await import('./converge.ts')).converge);
    break;
  case 'sweep':
    http('sweep', (await import('./sweep.ts')).sweep);
    break;
}

guardServer({ bodyNeeded: target === 'converge' });

/** The target as the framework reads it: the flag before the variable. */
function targetOf(argv: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  const at = argv.findIndex((a) => a === '--target' || a.startsWith('--target='));
  const flag = at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1]);
  return flag ?? env.FUNCTION_TARGET;
}

/** For the build, which writes the units' code caches. */
export { load, units };
