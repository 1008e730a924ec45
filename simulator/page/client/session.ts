import { type App, type PanelName, panels } from './app.ts';
import { field, flag, objects, string } from './json.ts';

const KEY = 'latchkey-page';
let saved = '';

/** Keeps where one was on the page over a reload of it. */
export function save({ panes, split, panel, folds }: App): void {
  const text = JSON.stringify({ panes, split, panel, guide: folds.get('guide') !== false });
  if (text === saved || panes.length === 0) return;
  saved = text;
  sessionStorage.setItem(KEY, text);
}

/** Goes back to where one was before the page was loaded again. */
export function restore(app: App): void {
  const text = sessionStorage.getItem(KEY);
  if (text === null) return;
  const kept: unknown = JSON.parse(text);
  const panes = objects(kept, 'panes').map((pane, i) => ({
    id: i === 0 ? ('a' as const) : ('b' as const),
    who: string(pane, 'who'),
    where: string(pane, 'where'),
    tab: string(pane, 'tab') === 'home' ? ('home' as const) : ('messages' as const),
  }));
  if (panes.length === 2) app.panes = panes;
  app.split = flag(kept, 'split');
  const panel = panels.find((name): name is PanelName => name === string(kept, 'panel'));
  if (panel) app.panel = panel;
  if (field(kept, 'guide') === false) app.folds.set('guide', false);
}
