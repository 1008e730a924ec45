// What is known of a grant's messages in Slack. Bookkeeping: none of it decides anything.

/** Where a message about the grant stands in Slack, and what it last said. */
export interface MessageRef {
  readonly channel: string;
  readonly ts: string;
  /** Digest of the content last sent. */
  readonly digest: string;
  /** Which of several occasions of its kind the message was posted for: the second reminder, say. */
  readonly occasion?: string;
}

/** The digest of a message that cannot be delivered: its channel is gone or shut to us, or it was deleted by hand. */
export const UNDELIVERABLE = 'undeliverable';

/** The messages that a grant can have. */
export const messageSlots = [
  'card',
  'history',
  'nudge',
  'alarm',
  'extension',
  'request',
  'principal',
  'access',
  'granted',
  'reminder',
  'outcome',
  'principalOutcome',
] as const;
export type MessageSlot = (typeof messageSlots)[number];

/** Bookkeeping of messages: not part of the state machine, written without an audit event. */
export interface Announcements {
  readonly refs: { readonly [slot in MessageSlot]?: MessageRef };
  readonly background?: Background;
  /** The revision that every message is known to show. */
  readonly revision: number;
  /** Who is posting new messages just now, so that two runs do not post twice. */
  readonly claim?: { readonly holder: string; readonly until: number };
  /** Grows when another grant of the submission has changed, which the messages of this one tell of too. */
  readonly touches?: number;
  /** A clicked message may be overwritten from outside until then, and is rendered once more afterwards. */
  readonly settlesAt?: number;
  /** After a failure, when to try again, and the revision that could not be shown: a newer one is tried at once. */
  readonly retryAt?: number;
  readonly failedRevision?: number;
  readonly failures?: number;
  /** Messages that Slack does not take as they are, how often it said so, and of which revision. */
  readonly refused?: {
    readonly [slot in MessageSlot]?: { readonly revision: number; readonly attempts: number };
  };
}

/** What the card tells beside the request; looked up anew with each rendering while the request waits. */
export interface Background {
  /** Those who may approve and did not yet: mentions, and as text whoever could not be looked up. */
  readonly approvers: readonly string[];
  /** Somebody could not be looked up, which is tried again with the next rendering. */
  readonly incomplete?: boolean;
  /** Until when another grant gives the same access, where this one is about to end or has ended. */
  readonly otherUntil?: number;
  /** By the ids of the submission's grants. */
  readonly services?: Readonly<Record<string, ServiceBackground>>;
}

/** The past and the present of one service, for the one who is to have access to it. */
export interface ServiceBackground {
  /** How many grants for this service the principal had before, all of them over. */
  readonly earlier: number;
  readonly lastEndedAt?: number;
  /** The principal has access through Latchkey now, and until when. */
  readonly hasUntil?: number;
  /** Addresses of others who have access through Latchkey now. */
  readonly others: readonly string[];
  /** The principal has an unconditional binding beside Latchkey. */
  readonly standing?: boolean;
}
