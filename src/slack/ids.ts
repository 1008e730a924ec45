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
  open: 'service_open',
  ask: 'ask',
  service: 'ask_service',
  duration: 'ask_duration',
  justification: 'ask_justification',
  start: 'ask_start',
  colleague: 'ask_colleague',
  reason: 'reason',
} as const;

/** Callback ids of views. */
export const VIEWS = { ask: 'ask_view', deny: 'deny_view', revoke: 'revoke_view' } as const;

const DECIDE_PREFIX = 'decide:';

/**
 * The block id of a card's buttons names the entitlement, so that a click can look its approver groups up at once.
 * It is a hint: what may be done is decided from the grant.
 */
export function decideBlockId(entitlementId: string): string {
  return `${DECIDE_PREFIX}${entitlementId}`.slice(0, 255);
}

export function entitlementHint(blockId: string | undefined): string | undefined {
  return blockId?.startsWith(DECIDE_PREFIX) ? blockId.slice(DECIDE_PREFIX.length) : undefined;
}
