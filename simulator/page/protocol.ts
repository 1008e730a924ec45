import type { Binding } from '../google/policy.ts';
import type { ViewerSnapshot } from '../slack/view-as.ts';
import type { Guide, Trouble } from '../stage/stage.ts';
import type { Weather } from '../stage/steps.ts';
import type { NextThing } from '../stage/time.ts';
import type { Entry, GrantLine } from '../stage/timeline.ts';

// What the server tells the page over server-sent events: parts by name, each sent when it has changed.

export interface Meta {
  /** Changes when the page's own code does: reload then. */
  readonly build: string;
  readonly mode: 'simulated' | 'socket';
  readonly team: string;
  readonly bot: { readonly name: string; readonly userId: string };
  readonly commands: readonly string[];
  readonly accessLevels: Readonly<Record<string, string>>;
  readonly firstPeople: readonly string[];
  readonly firstChannel: string;
  readonly entitlements: string;
  readonly store: string;
}

export interface PersonLine {
  readonly id: string;
  readonly name: string;
  readonly handle: string;
  readonly title: string;
  readonly email: string;
  readonly tz: string;
  readonly bot: boolean;
  readonly badge: '' | 'guest' | 'external' | 'left';
  /** The newest message that this person can see in each of their conversations. */
  readonly newest: Readonly<Record<string, string>>;
}

export interface Directory {
  readonly people: readonly PersonLine[];
  readonly usergroups: readonly {
    readonly id: string;
    readonly handle: string;
    readonly users: readonly string[];
  }[];
  readonly channels: readonly {
    readonly id: string;
    readonly name: string;
    readonly archived: boolean;
    /** Whether the app's bot is in it. */
    readonly bot: boolean;
  }[];
}

export interface ClockPart {
  readonly nowMs: number;
  readonly running: boolean;
  readonly next: NextThing | null;
}

export interface ShownBinding {
  readonly binding: Binding;
  readonly ours: boolean;
}

export interface DoorCard {
  /** `project/region/name`. */
  readonly path: string;
  readonly name: string;
  readonly project: string;
  readonly region: string;
  readonly uri: string;
  readonly description: string;
  readonly iapEnabled: boolean;
  readonly version: number;
  readonly etag: string;
  readonly bindings: readonly ShownBinding[];
  readonly last: {
    readonly atMs: number;
    readonly by: string;
    readonly added: readonly Binding[];
    readonly removed: readonly Binding[];
  } | null;
  /** When the last change works, where it does not yet. */
  readonly worksAtMs: number | null;
  /** Whom IAP lets in now: everybody, those with every access level, nobody. */
  readonly lets: Readonly<Record<string, 'yes' | 'with levels' | 'no'>>;
}

/** One person's workspace; people and groups are in the directory. */
export type ViewerPart = Omit<ViewerSnapshot, 'people' | 'usergroups' | 'team'>;

export interface Parts {
  readonly meta: Meta;
  readonly directory: Directory;
  readonly clock: ClockPart;
  readonly doors: readonly DoorCard[];
  readonly weather: Weather;
  readonly grants: readonly GrantLine[];
  readonly guide: Guide;
  readonly recording: { readonly steps: number } | null;
  readonly troubles: readonly Trouble[];
  readonly [viewer: `viewer:${string}`]: ViewerPart | null;
}

export type { Entry, GrantLine, Guide, Trouble, ViewerSnapshot, Weather };
