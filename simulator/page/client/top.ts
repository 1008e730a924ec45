import { type App, nowOf, say } from './app.ts';
import { h, type VNode } from './dom.ts';

/** The clock, and what concerns the page as a whole. */
export function topBar(app: App): VNode {
  const { clock, recording, meta } = app.parts;
  const now = new Date(nowOf(app)).toISOString();
  const day = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(nowOf(app));
  const real = meta?.mode === 'socket';
  const busy = app.busy.has('clock');
  const move = (step: Parameters<App['dispatch']>[0]) => () => void app.dispatch(step, 'clock');
  const next = clock?.next;
  return h(
    'header',
    { class: 'top' },
    h('h1', { class: 'brand' }, h('span', { class: 'brand-mark', 'aria-hidden': 'true' }), 'Latchkey'),
    app.connected ? null : h('span', { class: 'tag bad', role: 'status' }, 'reconnecting…'),
    h(
      'div',
      { class: 'clock', role: 'group', 'aria-label': 'Clock' },
      h('span', { class: 'clock-day' }, day),
      h('time', { class: 'clock-time', datetime: now }, now.slice(11, 19)),
      h('span', { class: 'clock-zone' }, 'UTC'),
      real
        ? null
        : [
            h(
              'button',
              {
                type: 'button',
                class: 'button icon',
                'aria-label': clock?.running ? 'Pause the clock' : 'Run the clock',
                title: clock?.running ? 'Pause' : 'Run',
                onclick: move({ do: clock?.running ? 'pause' : 'run' }),
              },
              clock?.running ? '❚❚' : '▶',
            ),
            h(
              'button',
              {
                type: 'button',
                class: 'button',
                disabled: busy,
                onclick: move({ do: 'advance', ms: 60_000 }),
              },
              '+1 min',
            ),
            h(
              'button',
              {
                type: 'button',
                class: 'button',
                disabled: busy,
                onclick: move({ do: 'advance', ms: 3_600_000 }),
              },
              '+1 h',
            ),
            h(
              'button',
              {
                type: 'button',
                class: 'button next',
                disabled: busy || !next,
                title: next
                  ? `${next.what}, at ${new Date(next.atMs).toISOString().slice(11, 16)} UTC`
                  : 'Nothing is going to happen',
                onclick: move({ do: 'next' }),
              },
              h('span', { class: 'next-word' }, 'Next'),
              h(
                'span',
                { class: 'next-what' },
                next ? `${distance(next.atMs - nowOf(app))}: ${next.what}` : 'nothing is waiting',
              ),
            ),
          ],
    ),
    h(
      'div',
      { class: 'tools' },
      h(
        'button',
        {
          type: 'button',
          class: 'button only-wide',
          'aria-pressed': app.split ? 'true' : 'false',
          onclick: () => {
            app.split = !app.split;
            app.redraw();
          },
        },
        app.split ? 'One person' : 'Two people',
      ),
      h(
        'button',
        {
          type: 'button',
          class: recording ? 'button recording' : 'button',
          title: recording
            ? 'Ends the recording and downloads it'
            : 'Begins anew and records what you do, to be replayed as a test',
          onclick: () => void (recording ? finish(app) : app.post('/record', {})),
        },
        recording ? `● Save recording (${recording.steps})` : 'Record',
      ),
      h(
        'button',
        { type: 'button', class: 'button', title: 'Begins anew', onclick: () => void reset(app) },
        'Reset',
      ),
    ),
  );
}

function distance(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 1) return 'now';
  if (minutes < 60) return `in ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return `in ${hours} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
}

async function reset(app: App): Promise<void> {
  await app.post('/reset', {});
  for (const map of [app.drafts, app.composer, app.seen, app.folds, app.combos]) map.clear();
  app.door = undefined;
  app.filter.grant = '';
  say(app, 'Everything begins anew.');
}

async function finish(app: App): Promise<void> {
  const answer = (await app.post('/finish', { name: 'recorded' })) as { scenario?: object } | undefined;
  if (!answer?.scenario) return;
  const blob = new Blob([`${JSON.stringify(answer.scenario, null, 2)}\n`], { type: 'application/json' });
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = 'scenario.json';
  anchor.click();
  URL.revokeObjectURL(url);
  say(app, 'Saved. Put it into test/scenarios/ to have it replayed as a test.');
}

/** What Slack refused: an error of the application, shown until somebody has seen it. */
export function troubleBar(app: App): VNode[] {
  return (app.parts.troubles ?? []).map((trouble) =>
    h(
      'div',
      { class: 'trouble', role: 'alert', key: `trouble ${trouble.id}` },
      h('b', null, trouble.title),
      h(
        'ul',
        null,
        trouble.lines.map((line) => h('li', null, line)),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'close',
          'aria-label': 'Dismiss',
          onclick: () => void app.post('/dismiss', { id: trouble.id }),
        },
        '×',
      ),
    ),
  );
}
