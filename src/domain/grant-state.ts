/** Google Privileged Access Manager's words for the states of a grant. */
export const grantStates = [
  'APPROVAL_AWAITED',
  'DENIED',
  'WITHDRAWN',
  'EXPIRED',
  'SCHEDULED',
  'ACTIVATING',
  'ACTIVE',
  'ACTIVATION_FAILED',
  'REVOKING',
  'REVOKED',
  'ENDED',
] as const;
export type GrantState = (typeof grantStates)[number];

/** States in which IAP's policy has, gets or loses a binding for the grant: what converging a service looks at. */
export const openStates = ['ACTIVATING', 'ACTIVE', 'REVOKING'] as const satisfies readonly GrantState[];

/** States after which nothing more happens to a grant. */
export const closedStates = [
  'DENIED',
  'WITHDRAWN',
  'EXPIRED',
  'ACTIVATION_FAILED',
  'REVOKED',
  'ENDED',
] as const satisfies readonly GrantState[];

/** States in which something still happens to a grant. */
export const unfinishedStates = [
  'APPROVAL_AWAITED',
  'SCHEDULED',
  'ACTIVATING',
  'ACTIVE',
  'REVOKING',
] as const satisfies readonly GrantState[];

/** States of access that is granted and not being taken away. */
export const runningStates = ['SCHEDULED', 'ACTIVATING', 'ACTIVE'] as const satisfies readonly GrantState[];

/** Every arrow of the state machine that changes the state. */
export const arrows: Readonly<Record<GrantState, readonly GrantState[]>> = {
  APPROVAL_AWAITED: ['DENIED', 'WITHDRAWN', 'EXPIRED', 'SCHEDULED', 'ACTIVATING'],
  SCHEDULED: ['ACTIVATING', 'REVOKING'],
  ACTIVATING: ['ACTIVE', 'ACTIVATION_FAILED', 'REVOKING'],
  ACTIVE: ['ENDED', 'REVOKING', 'REVOKED'],
  REVOKING: ['REVOKED'],
  DENIED: [],
  WITHDRAWN: [],
  EXPIRED: [],
  ACTIVATION_FAILED: [],
  REVOKED: [],
  ENDED: [],
};
