import type { AuditEvent, Outcome, Step } from './domain/audit.ts';
import type { Condition, Grant, OpenGrant } from './domain/grant.ts';
import type { SlackProfile } from './domain/person.ts';
import type { CatalogEntry, ServiceRef } from './domain/service.ts';
import type { KeptWish } from './domain/wish.ts';

// What the core needs from outside. Every operation may throw a LatchkeyError; times are milliseconds.

export interface Clock {
  now(): number;
}

/** What a pure change of a grant comes to: an arrow with its event, bookkeeping without one, or nothing. */
export type Change<T> =
  | { readonly commit: Step; readonly result: T }
  | { readonly keep: Grant; readonly result: T }
  | { readonly result: T };

/** What a pure change of the grants of one submission comes to: arrows, or bookkeeping, all of them or none. */
export interface BatchChange<T> {
  readonly changes: readonly Outcome[];
  readonly result: T;
}

export interface LeaseTaken {
  readonly taken: true;
  /** The holder before did not give it back: a write of theirs may still be on its way. */
  readonly suspect: boolean;
  /** What the catalog last said of the service, if it ever did. */
  readonly entry?: CatalogEntry;
  /** Runs in a row that ended without the policy showing what the grants call for. */
  readonly unsettledRuns: number;
  /** The `strays` of every settlement since the policy last showed what the grants call for. */
  readonly strays: readonly string[];
}
export interface LeaseHeld {
  readonly taken: false;
  readonly until: number;
}

/** What settling a service writes, decided purely from the grants read in the same transaction. */
export interface Settlement {
  /** Arrows, or bookkeeping where there is no event. */
  readonly changes: readonly Outcome[];
  /** `keep` holds the lease on; `suspect` gives it back with a warning that a write may still be on its way. */
  readonly lease: 'release' | 'keep' | 'suspect';
  /** When the service's policy is to be verified next; `null` for never. */
  readonly verifyAt: number | null;
  /** No grant is open there, so that services with grants in force are verified before it. */
  readonly quiet?: boolean;
  /** Runs in a row, with this one, that ended without the policy showing what the grants call for. */
  readonly unsettledRuns?: number;
  /** The etag of the policy that shows exactly what the grants call for; absent where none is known to. */
  readonly etag?: string;
  /** Addresses that have access without a condition, beside Latchkey; absent where the policy was not read. */
  readonly standing?: readonly string[];
  /** Members of bindings of ours that no grant accounted for, now removed: an event of the service tells of them. */
  readonly strays?: readonly string[];
}

/** A service whose policy is to be verified. */
export interface ToVerify {
  readonly service: ServiceRef;
  /** No grant was open there when it was last looked at. */
  readonly quiet: boolean;
  /**
   * When the service was last settled, and the etag of the policy then: while IAP still has it, nobody has touched the
   * policy. Absent where the last run did not end well, or Cloud Run says something else about IAP since.
   */
  readonly settled?: { readonly etag: string; readonly at: number };
}

/**
 * The truth: grants, their audit events, and the services' leases and catalog. A document that cannot be read as a grant
 * throws `invalid` where it is asked for by name; listings, `settle` among them, go on without it and tell of it.
 */
export interface GrantStore {
  /**
   * Creates the grants of one submission, each with its first events, in one transaction. A submission that is
   * already there, whole or in part, is left as it is, and what is stored is returned. With `unlessFrozen`, nothing is
   * created while approvals are frozen at that moment, and no grants are returned. Throws `invalid` where what is stored
   * is damaged.
   */
  create(
    steps: readonly (readonly Step[])[],
    options?: { readonly unlessFrozen?: boolean },
  ): Promise<{ readonly created: boolean; readonly grants: readonly Grant[] }>;
  /** `undefined`: no such grant. Throws `invalid` where its document is damaged. */
  get(id: string): Promise<Grant | undefined>;
  /**
   * One transaction over one grant; `change` must be pure, since it may run again. `undefined`: no such grant. Throws
   * `invalid` where its document is damaged.
   */
  update<T>(id: string, change: (grant: Grant) => Change<T>): Promise<T | undefined>;
  /**
   * One transaction over all grants of the submission that a grant belongs to, the first of the submission first, with
   * the control document as it is at that moment; `change` must be pure, since it may run again, and takes at most one
   * arrow for each grant. `undefined`: no such grant. Throws `invalid` where its document is damaged; another one of
   * the submission that is damaged is told of and left out.
   */
  updateBatch<T>(
    id: string,
    change: (batch: readonly Grant[], control: Control) => BatchChange<T>,
  ): Promise<T | undefined>;
  /** Audit events of a grant, oldest first: all of them, or those with these revisions. */
  events(id: string, revisions?: readonly number[]): Promise<readonly AuditEvent[]>;
  /**
   * Grants whose `dueAt` has come, longest overdue first. Documents that cannot be read as grants are told of, and
   * due again a quarter of an hour later, so that they never fill the place of what can be done.
   */
  due(now: number, limit: number): Promise<readonly Grant[]>;
  /** Grants of a service in one of the open states. */
  open(service: ServiceRef): Promise<readonly OpenGrant[]>;
  /** All grants of a principal or of a service that are not over yet, in no order. */
  unfinished(
    of: { readonly principalId: string } | { readonly service: ServiceRef },
  ): Promise<readonly Grant[]>;
  /** Grants whose principal is this Slack user, latest request first. */
  ofPrincipal(userId: string, limit: number): Promise<readonly Grant[]>;
  /** Grants that this Slack user asked for, latest request first. */
  ofRequester(userId: string, limit: number): Promise<readonly Grant[]>;
  /** Grants in one of these states over all services, latest request first. */
  inStates(states: readonly Grant['state'][], limit: number): Promise<readonly Grant[]>;

  /** Takes the service's lease where nobody holds it. */
  takeLease(
    service: ServiceRef,
    holder: string,
    now: number,
    durationMs: number,
  ): Promise<LeaseTaken | LeaseHeld>;
  /**
   * One transaction: checks that the lease is still the holder's, reads the open grants, and writes what `decide`
   * says. Throws `lease-lost` where the lease is somebody else's or over. `decide` must be pure.
   */
  settle<T>(
    service: ServiceRef,
    holder: string,
    now: number,
    decide: (open: readonly OpenGrant[]) => Settlement & { readonly result: T },
  ): Promise<T>;
  /**
   * Takes services whose policy is to be verified by now, longest overdue first: at most `busy` of those with open
   * grants, and quiet ones until there are `all` together. In the same transaction each is put
   * off to the time that `putOff` says, so that nobody else takes it too. `putOff` must be pure.
   */
  toVerify(
    now: number,
    most: { readonly busy: number; readonly all: number },
    putOff: (found: ToVerify) => number,
  ): Promise<readonly ToVerify[]>;

  /** Addresses with access to the service that does not come from Latchkey, as its policy was last read. */
  standing(service: ServiceRef): Promise<readonly string[]>;

  /** All catalog entries. */
  catalog(): Promise<readonly CatalogEntry[]>;
  /**
   * Replaces the catalog entries of one project and region: writes what differs, removes what is gone. A service whose
   * IAP was switched on or off since is due to be verified at once, against its grants; a new one is quiet.
   */
  putCatalog(project: string, region: string, entries: readonly CatalogEntry[]): Promise<void>;
  /** Small facts of the whole installation: the freeze, digests of the catalog. */
  control(): Promise<Control>;
  /** Replaces the fields that are given, each of them wholly, and leaves the others as they are. */
  putControl(change: Partial<Control>): Promise<void>;
  /** One transaction over the control document; `change` must be pure, since it may run again. */
  updateControl<T>(
    change: (control: Control) => { readonly put?: Partial<Control>; readonly result: T },
  ): Promise<T>;

  /** Keeps a wish until it is dropped; one that is kept under its id already is replaced. */
  keepWish(wish: KeptWish): Promise<void>;
  /**
   * Takes kept wishes whose `dueAt` has come, longest overdue first: in the same transaction each is counted as one more
   * attempt and due again that much later (ms), so that nobody else takes it too. One that cannot be read is told of and
   * deleted: it could be carried out by nobody, and would stand before the others for ever.
   */
  takeWishes(now: number, limit: number, againMs: number): Promise<readonly KeptWish[]>;
  /** Whether it was there, and nobody had taken it. */
  dropWish(id: string): Promise<boolean>;

  /** Remembers that somebody looked at their Home tab, at `openedAt`. */
  noteHome(home: OpenedHome): Promise<void>;
  /** Who looked at their Home tab since then, latest first. */
  homesSince(since: number, limit: number): Promise<readonly OpenedHome[]>;
}

/** Somebody who looked at their Home tab. */
export interface OpenedHome {
  readonly userId: string;
  readonly email: string;
  readonly openedAt: number;
}

/** What one operation of the store cost, in documents as Firestore bills them: an empty query is one read. */
export interface StoreUse {
  readonly op: keyof GrantStore;
  readonly reads: number;
  readonly writes: number;
}

export interface Control {
  /** While set, nothing new is approved. */
  readonly freeze?: { readonly byUserId: string; readonly at: number; readonly reason: string } | null;
  /** When approvals were last frozen or let go on. */
  readonly freezeChangedAt?: number;
  /** When the catalog was last listed, or begun to be. */
  readonly catalogListedAt?: number;
  /** `project/region`s that there was no time for then. */
  readonly catalogLeft?: readonly string[];
  /** By `project/region`, a digest of the listing that is stored. */
  readonly catalogDigests?: Readonly<Record<string, string>>;
}

/** An IAM policy as IAP's REST API has it, unknown fields included: they are written back as they were read. */
export interface Policy {
  readonly version?: number;
  readonly etag?: string;
  readonly bindings?: readonly Binding[];
}

export interface Binding {
  readonly role: string;
  readonly members?: readonly string[];
  readonly condition?: Condition;
}

export interface IapPolicies {
  /**
   * Reads the policy with conditions (version 3). Throws `not-found` where Google says that there is no such service; a
   * 404 of anybody else's is `unavailable`.
   */
  get(service: ServiceRef): Promise<Policy>;
  /**
   * Writes the policy with the etag that was read. Throws `conflict` where somebody wrote in between, `invalid` where
   * IAM does not take the policy, for a member that does not exist say, and `timeout` or `unavailable` where it is not
   * known whether the write took effect. Gives up by `deadline` (ms, clock time).
   */
  set(service: ServiceRef, policy: Policy, deadline: number): Promise<Policy>;
}

export interface ServiceCatalog {
  /** The Cloud Run services of one project and region. */
  list(project: string, region: string): Promise<readonly CatalogEntry[]>;
}

/** Who people are, according to Slack. Throws `unavailable`, `timeout` or `rate-limited` where Slack does not say. */
export interface Directory {
  /** `undefined` where Slack knows no such user. */
  profile(userId: string): Promise<SlackProfile | undefined>;
  /** User ids of a user group's members; empty where the group is gone or disabled. */
  usergroup(id: string): Promise<ReadonlySet<string>>;
  /** The user id behind an address, for mentions; `undefined` where nobody has it. */
  userByEmail(email: string): Promise<string | undefined>;
}

/** A Slack message: Block Kit blocks with the text that notifications and screen readers get. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly object[];
}

/** Where a message is in Slack. */
export interface MessageAddress {
  readonly channel: string;
  readonly ts: string;
}

/**
 * Slack's surfaces. Throws `not-found` where there is nobody to reach: trying again changes nothing until somebody does
 * something about it. `invalid`: Slack does not take this message as it is. `rate-limited`: it has had enough for now,
 * for `retryAfterMs`. `permission-denied`: it is the app's token that is wrong. After `unavailable` and `timeout` it is
 * not known whether the message was sent.
 */
export interface Messenger {
  /**
   * Posts to a channel, or to a person's direct messages where `channel` is a user id. `not-found`: the channel is gone
   * or archived, the app is not in it or may not write there, the person left Slack.
   */
  post(channel: string, message: Message, options?: { readonly threadTs?: string }): Promise<MessageAddress>;
  /** Replaces a message. `not-found`: it is gone, or it cannot be changed any more. */
  update(address: MessageAddress, message: Message): Promise<void>;
  publishHome(userId: string, view: object): Promise<void>;
}

/** Structured log lines: an event's name and its facts, never a secret. */
export type Log = (
  severity: 'INFO' | 'WARNING' | 'ERROR',
  event: string,
  facts: Record<string, unknown>,
) => void;
