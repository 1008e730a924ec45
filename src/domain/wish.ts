import type { ServiceRef } from './service.ts';

// What somebody wants done, as data: carried out at once where it is asked for, or kept and carried out a little later.

/** What one click does to one grant, or to the submission that it belongs to. */
export const clickKinds = [
  'approve',
  'approve-shorter',
  'deny',
  'withdraw',
  'end',
  'extend',
  'approve-extension',
  'deny-extension',
] as const;
export type ClickKind = (typeof clickKinds)[number];

export type ClickWish = {
  [K in ClickKind]: {
    readonly kind: K;
    readonly grantId: string;
    /** The entitlement that the button names: lets its groups be fetched before the grant is read. */
    readonly entitlementHint?: string;
  };
}[ClickKind];

/** What is asked for in one submission of the form, or by one command. */
export interface AskWish {
  readonly kind: 'ask';
  /** What Slack repeats when it delivers the same submission again: the view id, or a command's trigger id. */
  readonly submission: string;
  /** The colleague it is for, if not the requester. */
  readonly principalId?: string;
  /** `service`, `region/service` or `project/region/service`. */
  readonly services: readonly string[];
  readonly minutes: number;
  readonly justification: string;
  readonly startAt?: number;
}

/** What is to be revoked, if it is more than one grant. */
export type RevokeTarget =
  | { readonly kind: 'person'; readonly principalId: string; readonly service?: ServiceRef }
  | { readonly kind: 'service'; readonly service: ServiceRef };

export type Wish =
  | ClickWish
  | AskWish
  | { readonly kind: 'again'; readonly grantId: string }
  | { readonly kind: 'again-last'; readonly submission: string }
  | {
      readonly kind: 'explain';
      readonly grantId: string;
      readonly what: 'request' | 'extension';
      readonly reason: string;
    }
  | {
      readonly kind: 'revoke';
      readonly grantId: string;
      readonly entitlementHint?: string;
      readonly reason: string;
    }
  | { readonly kind: 'revoke-all'; readonly target: RevokeTarget; readonly reason: string }
  /** Without a reason, a freeze is lifted. */
  | { readonly kind: 'freeze'; readonly reason: string | null }
  /** A channel that could not be told of a freeze, or of its end, when it began. */
  | { readonly kind: 'tell-of-freeze'; readonly reason: string | null; readonly channel: string };

export type WishKind = Wish['kind'];
export type WishOf<K extends WishKind> = Extract<Wish, { readonly kind: K }>;

/** A wish that could not be carried out while Slack waited for the answer, and is kept until it is. */
export interface KeptWish {
  /** Of what Slack delivered: the same delivery again is the same wish. */
  readonly id: string;
  /** Whose wish it is: verified when it came, and looked up again when it is carried out. */
  readonly userId: string;
  readonly wish: Wish;
  /** When they clicked, typed or submitted. */
  readonly wishedAt: number;
  /** When it is to be tried next. */
  readonly dueAt: number;
  /** How often it was tried since it was kept. */
  readonly attempts: number;
}
