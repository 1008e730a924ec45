import type { Performed } from '../../stage/perform.ts';
import type { Step } from '../../stage/steps.ts';
import type { Entry, Parts } from '../protocol.ts';
import { type App, say } from './app.ts';

const AGAIN_MS = 800;
const ENTRIES_KEPT = 1500;

/** Follows the server: opens the stream for the people on the page, again when they change or it breaks. */
export function follow(app: App): () => void {
  let source: EventSource | undefined;
  let following = '';
  let build: string | undefined;

  const open = () => {
    source?.close();
    source = new EventSource(`/events?viewers=${encodeURIComponent(following)}`);
    source.addEventListener('parts', (event) => {
      app.connected = true;
      const parts: Partial<Parts> = JSON.parse(event.data);
      if (parts.meta) {
        // The page's own code has changed under it.
        if (build !== undefined && build !== parts.meta.build) location.reload();
        build = parts.meta.build;
      }
      if (parts.clock) app.clockAt = performance.now();
      Object.assign(app.parts, parts);
      app.redraw();
    });
    source.addEventListener('entries', (event) => {
      const { fresh, entries }: { fresh: boolean; entries: readonly Entry[] } = JSON.parse(event.data);
      if (fresh) app.entries.clear();
      for (const entry of entries) {
        if (entry.count === 0) app.entries.delete(entry.id);
        else app.entries.set(entry.id, entry);
      }
      for (const id of app.entries.keys()) {
        if (app.entries.size <= ENTRIES_KEPT) break;
        app.entries.delete(id);
      }
      app.redraw();
    });
    source.onerror = () => {
      app.connected = false;
      app.redraw();
      if (source?.readyState === EventSource.CLOSED) setTimeout(open, AGAIN_MS);
    };
  };

  return () => {
    const viewers = [...new Set(app.panes.map((pane) => pane.who))].sort().join(',');
    if (source && viewers === following) return;
    const first = [...new Set(app.parts.meta?.firstPeople ?? [])].sort().join(',');
    // Without names the server tells of those whom it shows first.
    const same = source && following === '' && viewers === first;
    following = viewers;
    if (same) return;
    open();
  };
}

/** Posts to the server; throws its sentence where it refuses. */
export async function post(path: string, body: object): Promise<unknown> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: { error?: string } = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `the server answered ${response.status}`);
  return answer;
}

/** Has the server do a step; what goes wrong is said on the page. */
export async function dispatch(app: App, step: Step, busy?: string): Promise<Performed | undefined> {
  if (busy) app.busy.add(busy);
  app.redraw();
  try {
    const performed = (await post('/do', step)) as Performed;
    if (performed.problem && !performed.notice) say(app, 'Slack refused the answer: see above.', true);
    return performed;
  } catch (error) {
    say(app, error instanceof Error ? error.message : String(error), true);
    return undefined;
  } finally {
    if (busy) app.busy.delete(busy);
    app.redraw();
  }
}
