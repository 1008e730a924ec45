import type { JsonObject } from './json.ts';

/** Milliseconds since the epoch; the simulator's virtual clock has this shape. */
export type Clock = { now(): number };

export type Team = { id: string; name: string; domain: string };

/** A member of the workspace, in the words of Slack's users.info. */
export type Person = {
  id: string;
  team_id: string;
  name: string;
  real_name: string;
  display_name: string;
  email?: string;
  title: string;
  tz: string;
  image?: string;
  deleted: boolean;
  is_bot: boolean;
  is_app_user: boolean;
  is_admin: boolean;
  is_owner: boolean;
  is_restricted: boolean;
  is_ultra_restricted: boolean;
  is_stranger: boolean;
  is_email_confirmed: boolean;
  enterprise_user?: JsonObject;
};

export type Usergroup = { id: string; handle: string; name: string; users: string[]; disabled: boolean };

export type Channel = {
  id: string;
  name: string;
  is_private: boolean;
  /** Absent in a state that was saved before channels could be archived. */
  is_archived?: boolean;
  members: string[];
  created: number;
};

/** The direct-message channel between the bot and one person. */
export type DirectMessage = { id: string; user: string; created: number };

export type Message = {
  ts: string;
  channel: string;
  user: string;
  text: string;
  blocks: JsonObject[];
  by_bot: boolean;
  thread_ts?: string;
  metadata?: JsonObject;
  edited?: { user: string; ts: string };
  /** The one person who sees it, where the message is ephemeral. */
  ephemeral_to?: string;
};

/** A view as Slack shows it to the app. */
export type View = {
  id: string;
  type: 'modal' | 'home';
  callback_id: string;
  private_metadata: string;
  external_id: string;
  title: JsonObject | null;
  submit: JsonObject | null;
  close: JsonObject | null;
  blocks: JsonObject[];
  hash: string;
  clear_on_close: boolean;
  notify_on_close: boolean;
  root_view_id: string;
  previous_view_id: string | null;
};

/** What each stateful element holds: block id → action id → Slack's state value. */
export type StateValues = { [blockId: string]: { [actionId: string]: JsonObject } };

/** A view in front of a person, with what they put in and what Slack shows around it. */
export type OpenView = {
  view: View;
  owner: string;
  values: StateValues;
  /** Texts under the fields, by block id. */
  errors: { [blockId: string]: string };
  /** Slack's line at the top of a modal when the app failed to answer. */
  banner?: string;
  /** Options last offered by an external data source, by `blockId/actionId`. */
  suggestions: { [key: string]: JsonObject[] };
};

export type Trigger = { id: string; user: string; issuedAt: number; used: boolean; viewId?: string };

export type ResponseUrl = {
  id: string;
  user: string;
  channel: string;
  issuedAt: number;
  uses: number;
  /** The message whose element was used; absent for a slash command. */
  messageTs?: string;
};

export type Bot = { userId: string; botId: string; appId: string; name: string };

/** Everything that is kept, as plain JSON. */
export type WorkspaceState = {
  team: Team;
  bot: Bot;
  people: Person[];
  usergroups: Usergroup[];
  channels: Channel[];
  dms: DirectMessage[];
  messages: Message[];
  modals: { [userId: string]: OpenView[] };
  homes: { [userId: string]: OpenView };
  triggers: Trigger[];
  responseUrls: ResponseUrl[];
  lastMicros: number;
};

export type Change =
  | { type: 'message_posted' | 'message_changed' | 'message_deleted'; message: Message }
  | { type: 'modal_changed' | 'home_changed' | 'person_changed'; userId: string }
  | { type: 'channel_changed'; channelId: string }
  | { type: 'usergroup_changed'; usergroupId: string }
  | { type: 'loaded' };

export type SeedPerson = { id: string; name: string } & Partial<Omit<Person, 'id' | 'name'>>;

export type Seed = {
  team: Team;
  people: SeedPerson[];
  usergroups: { id: string; handle: string; name?: string; users: string[]; disabled?: boolean }[];
  /** `bot: false` leaves the app's bot out of the channel. */
  channels: { id: string; name: string; members: string[]; is_private?: boolean; bot?: boolean }[];
  bot?: Partial<Bot>;
};
