import { parentPort } from 'node:worker_threads';
import * as app from './app.ts';
import { runMany } from './batch.ts';

/** A thread of the command line: plays the seeds that it is sent. */
export interface Task {
  readonly first: number;
  readonly count: number;
}

parentPort?.on('message', ({ first, count }: Task) => {
  void runMany(app, first, count).then((summary) => parentPort?.postMessage(summary));
});
