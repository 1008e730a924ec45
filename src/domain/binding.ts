import type { Grant } from './grant.ts';

// What Latchkey writes into IAP's policies, and tells people to remove by hand where it cannot.

/** The role that lets somebody through IAP. */
export const ACCESSOR_ROLE = 'roles/iap.httpsResourceAccessor';

/** Who gets access, as IAM names them. */
export function memberOf({ principal }: Pick<Grant, 'principal'>): string {
  return `user:${principal.email}`;
}
