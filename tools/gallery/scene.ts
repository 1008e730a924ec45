import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Act } from './acts.ts';

/** What is photographed: a conversation, the modal in front, or App Home, as one person sees it. */
export interface Shot {
  readonly as: string;
  /** A channel's id, `dm`, `modal` or `home`. */
  readonly where: string;
}

export interface Scene {
  readonly name: string;
  readonly acts: readonly Act[];
  readonly shots: readonly Shot[];
  /** The entitlements file of this scene. */
  readonly rules?: string;
}

/** Who may ask for what, where a scene says nothing else. */
export const RULES = readFileSync(join(import.meta.dirname, '../../simulator/entitlements.yaml'), 'utf8');

export const ADA = 'U0ADA';
export const GRACE = 'U0GRACE';
export const LINUS = 'U0LINUS';
export const MAX = 'U0MAX';
export const RADIA = 'U0ROOT';
export const GUEST = 'U0GUEST';
export const STRANGER = 'U0STRANGER';
export const ACCESS = 'C0ACCESS';
export const PAYROLL = 'C0PAYROLL';
export const GENERAL = 'C0GENERAL';
export const BILLING = 'acme-prod/us-central1/billing-dashboard';
export const EXPORT = 'acme-prod/us-central1/billing-export';
export const PLAYGROUND = 'acme-staging/us-central1/playground';

export const channel = (as = GRACE, where = ACCESS): Shot => ({ as, where });
export const dm = (as = ADA): Shot => ({ as, where: 'dm' });
export const modal = (as = ADA): Shot => ({ as, where: 'modal' });
export const home = (as = ADA): Shot => ({ as, where: 'home' });
/** The card, and what the requester reads. */
export const both = [channel(), dm()];

export function scene(
  name: string,
  acts: readonly Act[],
  shots: readonly Shot[],
  more: Pick<Scene, 'rules'> = {},
): Scene {
  return { name, acts, shots, ...more };
}
