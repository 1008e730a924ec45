import { newId, withIds } from './ids.ts';
import { personOf, stateFromSeed } from './seed.ts';
import { createTokens, type Tokens } from './tokens.ts';
import type {
  Bot,
  Change,
  Channel,
  Clock,
  DirectMessage,
  Message,
  Person,
  Seed,
  SeedPerson,
  Team,
  Usergroup,
  WorkspaceState,
} from './types.ts';
import { type ViewerSnapshot, viewAs } from './view-as.ts';
import { createViews, type Views } from './views.ts';

export const SLACKBOT = 'USLACKBOT';

export type NewMessage = Pick<Message, 'channel' | 'user' | 'text' | 'blocks'> &
  Partial<Pick<Message, 'thread_ts' | 'metadata' | 'ephemeral_to'>>;

export type Conversation =
  | { kind: 'channel'; id: string; name: string; channel: Channel }
  | { kind: 'im'; id: string; name: 'directmessage'; dm: DirectMessage };

export type Workspace = {
  readonly team: Team;
  readonly bot: Bot;
  readonly views: Views;
  readonly tokens: Tokens;
  people(): readonly Person[];
  person(id: string): Person | undefined;
  /** Adds a person or changes some of their fields (someone leaves, an address changes). */
  setPerson(person: SeedPerson): Person;
  usergroups(): readonly Usergroup[];
  setUsergroupUsers(id: string, users: string[]): void;
  channels(): readonly Channel[];
  setMembers(channelId: string, members: string[]): void;
  setArchived(channelId: string, archived: boolean): void;
  conversation(id: string): Conversation | undefined;
  /** The bot's direct-message channel with a person, opened where there is none yet. */
  dmWith(userId: string): DirectMessage;
  /** The same, where there is one. */
  openedDm(userId: string): DirectMessage | undefined;
  isMember(userId: string, conversationId: string): boolean;
  messages(conversationId?: string): readonly Message[];
  message(conversationId: string, ts: string): Message | undefined;
  post(message: NewMessage): Message;
  edit(
    message: Message,
    change: { text?: string; blocks?: Message['blocks']; metadata?: Message['metadata'] },
  ): Message;
  remove(message: Message): void;
  /** What Slack itself tells one person: an ephemeral message from Slackbot. */
  notice(userId: string, conversationId: string, text: string): Message;
  /** A timestamp of Slack's form, never given before. */
  nextTs(): string;
  viewAs(userId: string): ViewerSnapshot;
  onChange(listener: (change: Change) => void): () => void;
  dump(): WorkspaceState;
  load(state: WorkspaceState): void;
};

/** A Slack workspace in memory: everything that people, the Web API and the page read and change. */
export function createWorkspace(options: { clock: Clock; seed: Seed; state?: WorkspaceState }): Workspace {
  const { clock, seed } = options;
  let state = structuredClone(options.state ?? stateFromSeed(seed, clock.now()));
  const listeners = new Set<(change: Change) => void>();
  const emit = (change: Change) => {
    for (const listener of listeners) listener(change);
  };
  const current = () => state;

  const nextTs = () => {
    state.lastMicros = Math.max(state.lastMicros + 1, Math.floor(clock.now() * 1000));
    const seconds = Math.floor(state.lastMicros / 1e6);
    return `${seconds}.${String(state.lastMicros % 1e6).padStart(6, '0')}`;
  };

  const channelNamed = (id: string): Channel => {
    const channel = state.channels.find((known) => known.id === id);
    if (channel === undefined) throw new Error(`no channel ${id} in this workspace`);
    return channel;
  };

  const workspace: Workspace = {
    get team() {
      return state.team;
    },
    get bot() {
      return state.bot;
    },
    views: createViews({ clock, state: current, emit }),
    tokens: createTokens({ clock, state: current }),
    people: () => state.people,
    person: (id) => state.people.find((person) => person.id === id),
    setPerson: (change) => {
      const index = state.people.findIndex((known) => known.id === change.id);
      const person = personOf({ ...state.people[index], ...change }, state.team);
      if (index < 0) state.people.push(person);
      else state.people[index] = person;
      emit({ type: 'person_changed', userId: person.id });
      return person;
    },
    usergroups: () => state.usergroups,
    setUsergroupUsers: (id, users) => {
      const group = state.usergroups.find((known) => known.id === id);
      if (group === undefined) throw new Error(`no user group ${id} in this workspace`);
      group.users = [...users];
      emit({ type: 'usergroup_changed', usergroupId: id });
    },
    channels: () => state.channels,
    setMembers: (channelId, members) => {
      channelNamed(channelId).members = [...members];
      emit({ type: 'channel_changed', channelId });
    },
    setArchived: (channelId, archived) => {
      channelNamed(channelId).is_archived = archived;
      emit({ type: 'channel_changed', channelId });
    },
    conversation: (id) => {
      const channel = state.channels.find((known) => known.id === id);
      if (channel !== undefined) return { kind: 'channel', id, name: channel.name, channel };
      const dm = state.dms.find((known) => known.id === id);
      return dm && { kind: 'im', id, name: 'directmessage', dm };
    },
    dmWith: (userId) => {
      const known = workspace.openedDm(userId);
      if (known !== undefined) return known;
      const dm = { id: newId('D'), user: userId, created: Math.floor(clock.now() / 1000) };
      state.dms.push(dm);
      emit({ type: 'channel_changed', channelId: dm.id });
      return dm;
    },
    openedDm: (userId) => state.dms.find((dm) => dm.user === userId),
    isMember: (userId, conversationId) => {
      const where = workspace.conversation(conversationId);
      if (where === undefined) return false;
      if (where.kind === 'im') return where.dm.user === userId || userId === state.bot.userId;
      return where.channel.members.includes(userId);
    },
    messages: (conversationId) =>
      conversationId === undefined
        ? state.messages
        : state.messages.filter((message) => message.channel === conversationId),
    message: (conversationId, ts) =>
      state.messages.find((message) => message.channel === conversationId && message.ts === ts),
    post: (draft) => {
      const message: Message = {
        ...draft,
        ts: nextTs(),
        blocks: withIds(draft.blocks),
        by_bot: draft.user === state.bot.userId,
      };
      state.messages.push(message);
      emit({ type: 'message_posted', message });
      return message;
    },
    edit: (message, change) => {
      if (change.text !== undefined) message.text = change.text;
      if (change.blocks !== undefined) message.blocks = withIds(change.blocks);
      if (change.metadata !== undefined) message.metadata = change.metadata;
      message.edited = { user: state.bot.userId, ts: nextTs() };
      emit({ type: 'message_changed', message });
      return message;
    },
    remove: (message) => {
      state.messages = state.messages.filter((known) => known !== message);
      emit({ type: 'message_deleted', message });
    },
    notice: (userId, conversationId, text) =>
      workspace.post({ channel: conversationId, user: SLACKBOT, text, blocks: [], ephemeral_to: userId }),
    nextTs,
    viewAs: (userId) => viewAs(workspace, userId),
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    dump: () => structuredClone(state),
    load: (saved) => {
      state = structuredClone(saved);
      emit({ type: 'loaded' });
    },
  };
  return workspace;
}
