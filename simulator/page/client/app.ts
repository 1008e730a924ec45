import type { Allowed, Refused } from '../../google/door.ts';
import type { Performed } from '../../stage/perform.ts';
import type { Step } from '../../stage/steps.ts';
import type { Entry, Parts, PersonLine, ViewerPart } from '../protocol.ts';
import type { Names } from './mrkdwn.ts';

/** One person's Slack on the page. */
export interface Pane {
  readonly id: 'a' | 'b';
  who: string;
  /** A channel's id, or `app`. */
  where: string;
  tab: 'messages' | 'home';
}

export type FieldInput = string | number | readonly string[] | null;

export interface Confirm {
  readonly pane: Pane['id'];
  readonly title: string;
  readonly text: object | undefined;
  readonly yes: string;
  readonly no: string;
  readonly danger: boolean;
  go(): void;
}

export interface Combo {
  open: boolean;
  query: string;
  options: readonly { readonly value: string; readonly text: string; readonly about: string }[];
  active: number;
  loading: boolean;
}

export interface DoorVisit {
  readonly service: string;
  who: string;
  levels: boolean;
  result: Allowed | Refused | undefined;
  /** Why the page was loaded again by itself. */
  note: string;
}

export const panels = ['services', 'weather', 'people', 'timeline'] as const;
export type PanelName = (typeof panels)[number];

/** Everything that the page shows: what the server told, and what only this page knows. */
export interface App {
  readonly parts: { -readonly [K in keyof Parts]?: Parts[K] };
  readonly entries: Map<number, Entry>;
  connected: boolean;
  /** What the server's clock shows is counted on from here while it runs. */
  clockAt: number;
  panes: Pane[];
  split: boolean;
  panel: PanelName;
  /** What a narrow window shows. */
  phone: 'slack' | PanelName;
  readonly drafts: Map<string, FieldInput>;
  readonly optionTexts: Map<string, string>;
  readonly composer: Map<string, string>;
  readonly seen: Map<string, string>;
  readonly busy: Set<string>;
  readonly combos: Map<string, Combo>;
  menu: string | undefined;
  confirm: Confirm | undefined;
  door: DoorVisit | undefined;
  toast: { readonly text: string; readonly bad: boolean } | undefined;
  readonly folds: Map<string, boolean>;
  filter: { grant: string; readonly hidden: Set<string> };
  meddle: { service: string; email: string };
  /** Who is changed in the People panel, and the address that they are to have. */
  change: { person: string; email: string | undefined };
  /** The form whose errors are waited for. */
  focusErrors: string | undefined;
  hints: { pane: Pane['id']; active: number } | undefined;
  /** Draws soon. */
  redraw(): void;
  /** Has a step done; `busy` names what waits for it. Undefined where it could not be done, which is said. */
  dispatch(step: Step, busy?: string): Promise<Performed | undefined>;
  post(path: string, body: object): Promise<unknown>;
}

/** The person's part, where it has arrived. */
export function viewerOf(app: App, who: string): ViewerPart | undefined {
  return app.parts[`viewer:${who}`] ?? undefined;
}

export function personOf(app: App, id: string): PersonLine | undefined {
  return app.parts.directory?.people.find((person) => person.id === id);
}

/** People who can be somebody on the page. */
export function peopleOf(app: App): readonly PersonLine[] {
  return (app.parts.directory?.people ?? []).filter((person) => !person.bot);
}

/** Virtual time, counted on since the server last told it. */
export function nowOf(app: App): number {
  const clock = app.parts.clock;
  if (!clock) return Date.now();
  return clock.running ? clock.nowMs + (performance.now() - app.clockAt) : clock.nowMs;
}

/** How this person reads ids, times and links. */
export function namesFor(app: App, pane: Pane): Names {
  const directory = app.parts.directory;
  return {
    me: pane.who,
    reader: { tz: personOf(app, pane.who)?.tz ?? 'Etc/UTC', nowMs: nowOf(app) },
    user: (id) => personOf(app, id)?.name ?? id,
    usergroup: (id) => directory?.usergroups.find((group) => group.id === id)?.handle ?? id,
    channel: (id) => directory?.channels.find((channel) => channel.id === id)?.name ?? id,
    openLink: (url) => openLink(app, url, pane.who),
  };
}

/** A link to a simulated service leads through IAP's door; the rest of the world is not reachable from here. */
export function openLink(app: App, url: string, who: string): void {
  const door = app.parts.doors?.find(({ uri }) => url === uri || url.startsWith(`${uri}/`));
  if (door) {
    visit(app, { service: door.path, who, levels: false, result: undefined, note: '' });
    return;
  }
  say(app, `This link leads out of the simulation: ${url}`);
}

/** Opens a service as somebody, or opens it again. */
export function visit(app: App, door: DoorVisit): void {
  app.door = door;
  app.redraw();
  const levels = door.levels ? Object.values(app.parts.meta?.accessLevels ?? {}) : [];
  void app
    .dispatch({ do: 'open', who: door.who, service: door.service, levels }, 'door')
    .then((performed) => {
      if (performed?.door && app.door === door) {
        door.result = performed.door;
        app.redraw();
      }
    });
}

let toastTimer: ReturnType<typeof setTimeout> | undefined;

/** Says something for a few seconds. */
export function say(app: App, text: string, bad = false): void {
  app.toast = { text, bad };
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    app.toast = undefined;
    app.redraw();
  }, 6000);
  app.redraw();
}

/** Remembers that this person has read what they have in front of them. */
export function markSeen(app: App): void {
  for (const pane of app.panes) {
    const person = personOf(app, pane.who);
    const viewer = viewerOf(app, pane.who);
    const where = pane.where === 'app' ? viewer?.dm?.id : pane.where;
    if (pane.where === 'app' && pane.tab === 'home') continue;
    const newest = where === undefined ? undefined : person?.newest[where];
    if (where !== undefined && newest !== undefined) app.seen.set(`${pane.who} ${where}`, newest);
  }
}

export function isUnread(app: App, person: PersonLine, where: string): boolean {
  const newest = person.newest[where];
  return newest !== undefined && newest > (app.seen.get(`${person.id} ${where}`) ?? '');
}
