import type { Message } from '../../slack/types.ts';
import type { ViewerPart } from '../protocol.ts';
import { type App, namesFor, type Pane } from './app.ts';
import { changedFields, inputFrom, rememberTexts } from './fields.ts';
import { record } from './json.ts';
import type { Surface } from './placed.ts';

type OpenView = NonNullable<ViewerPart['modal']>;

/** The surface of a message: its menus hold nothing between two clicks. */
export function messageSurface(app: App, pane: Pane, message: Message): Surface {
  return {
    app,
    pane,
    names: namesFor(app, pane),
    id: `${pane.id} ${pane.who} ${message.channel} ${message.ts}`,
    at: { channel: message.channel, ts: message.ts },
    errors: {},
    held: () => null,
    fields: () => undefined,
  };
}

/** The surface of a modal or of App Home. */
export function viewSurface(app: App, pane: Pane, open: OpenView, view: 'modal' | 'home'): Surface {
  for (const actions of Object.values(open.values)) {
    for (const state of Object.values(actions)) {
      const option = record(state, 'selected_option');
      if (option) rememberTexts(app, [option]);
    }
  }
  return {
    app,
    pane,
    names: namesFor(app, pane),
    id: `${pane.id} ${open.view.id}`,
    at: { view },
    viewId: open.view.id,
    errors: open.errors,
    held: (block, action) => inputFrom(open.values[block]?.[action]),
    fields: () => changedFields(app, open),
  };
}
