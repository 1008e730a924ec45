import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Stage } from '../stage/stage.ts';
import type { Entry } from '../stage/timeline.ts';
import { type Facts, pageParts } from './parts.ts';

/** Long enough to gather what one click changes, too short to be seen. */
const GATHER_MS = 12;
const BEAT_MS = 1000;

/** Keeps one page up to date over server-sent events, until it goes away. */
export function streamTo(
  request: IncomingMessage,
  response: ServerResponse,
  stage: Stage,
  viewers: readonly string[],
  facts: () => Promise<Facts>,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  const sent = new Map<string, string>();
  let pending = new Map<number, Entry>();
  let timeline = stage.timeline();
  let offEntries = () => {};
  let timer: NodeJS.Timeout | undefined;
  let atWork = false;
  let again = false;
  let fresh = true;

  const send = (event: string, data: string) => response.write(`event: ${event}\ndata: ${data}\n\n`);
  const follow = () => {
    offEntries();
    timeline = stage.timeline();
    pending = new Map(timeline.entries().map((entry) => [entry.id, entry]));
    fresh = true;
    offEntries = timeline.onEntry((entry) => pending.set(entry.id, entry));
  };

  const push = async () => {
    if (stage.timeline() !== timeline) follow();
    const parts = await pageParts(stage, viewers, await facts());
    const changed = Object.entries(parts).flatMap(([name, part]) => {
      const text = JSON.stringify(part);
      if (sent.get(name) === text) return [];
      sent.set(name, text);
      return [`${JSON.stringify(name)}:${text}`];
    });
    if (changed.length > 0) send('parts', `{${changed.join(',')}}`);
    if (pending.size > 0 || fresh) {
      send('entries', JSON.stringify({ fresh, entries: [...pending.values()] }));
      pending = new Map();
      fresh = false;
    }
  };
  const schedule = () => {
    again = true;
    if (timer !== undefined || atWork) return;
    timer = setTimeout(() => {
      timer = undefined;
      atWork = true;
      again = false;
      push()
        .catch((error: unknown) => process.emitWarning(error instanceof Error ? error : String(error)))
        .finally(() => {
          atWork = false;
          if (again && !response.destroyed) schedule();
        });
    }, GATHER_MS);
  };

  follow();
  const offStage = stage.onChange(schedule);
  // Conditions hold or not by the time alone, and a connection that is quiet for long is cut by some.
  const beat = setInterval(() => {
    if (stage.local().clock.isRunning()) schedule();
    else response.write(':\n\n');
  }, BEAT_MS);
  schedule();
  request.on('close', () => {
    clearInterval(beat);
    clearTimeout(timer);
    offStage();
    offEntries();
  });
}
