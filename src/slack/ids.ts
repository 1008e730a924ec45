/** Action ids of everything that can be clicked or typed into. */
export const ACTIONS = {
  approve: 'grant_approve',
  approveShorter: 'grant_approve_shorter',
  deny: 'grant_deny',
  withdraw: 'grant_withdraw',
  end: 'grant_end',
  revoke: 'grant_revoke',
  extend: 'grant_extend',
  extendApprove: 'grant_extend_approve',
  extendDeny: 'grant_extend_deny',
  again: 'grant_again',
  /** Opens the form with what was asked for then. */
  reuse: 'grant_reuse',
  open: 'service_open',
  ask: 'ask',
  freeze: 'approvals_freeze',
  unfreeze: 'approvals_unfreeze',
  service: 'ask_service',
  more: 'ask_more',
  duration: 'ask_duration',
  justification: 'ask_justification',
  start: 'ask_start',
  colleague: 'ask_colleague',
  reason: 'reason',
} as const;

/** Callback ids of views. */
export const VIEWS = {
  ask: 'ask_view',
  deny: 'deny_view',
  revoke: 'revoke_view',
  freeze: 'freeze_view',
  home: 'home_view',
  notice: 'notice_view',
} as const;

/**
 * The block id of buttons names the entitlement, so that a click can look its groups up at once; what comes after it
 * makes the id unique. It is a hint: what may be done is decided from the grant.
 */
export function hintBlockId(entitlementId: string, unique: string): string {
  return `hint:${entitlementId}:${unique}`;
}

export function entitlementHint(blockId: string | undefined): string | undefined {
  return /^hint:([^:]+):/.exec(blockId ?? '')?.[1];
}
