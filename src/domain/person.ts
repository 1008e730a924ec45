import { type Refused, refused } from './refused.ts';

/** Somebody whose Slack identity was verified and maps to a Google principal, `user:{email}`. */
export interface Person {
  readonly userId: string;
  readonly email: string;
}

/** What Slack's `users.info` says of somebody, as far as it matters here. */
export interface SlackProfile {
  readonly userId: string;
  readonly teamId: string;
  readonly email: string | undefined;
  readonly emailConfirmed: boolean;
  readonly deleted: boolean;
  readonly bot: boolean;
  /** Guests, single-channel or multi-channel. */
  readonly guest: boolean;
  /** From another workspace, through Slack Connect. */
  readonly stranger: boolean;
}

export interface Workspace {
  readonly teamId: string;
  readonly emailDomains: readonly string[];
}

/**
 * Maps a Slack profile to the person whose Google address it vouches for. Fails closed: whatever is not known to be
 * a full member of the one workspace, with a confirmed address in a configured domain, is refused with the reason.
 */
export function identify(profile: SlackProfile, workspace: Workspace): Person | Refused {
  if (profile.bot) return refused('identity', 'Apps and bots cannot use Latchkey.');
  if (profile.teamId !== workspace.teamId || profile.stranger) {
    return refused(
      'identity',
      'You are not a member of this Slack workspace, so you cannot use Latchkey here.',
    );
  }
  if (profile.deleted)
    return refused('identity', 'This Slack account is deactivated, so it cannot use Latchkey.');
  if (profile.guest) {
    return refused('identity', 'Guests of this workspace cannot use Latchkey. Ask a full member for help.');
  }
  if (!profile.email || !profile.emailConfirmed) {
    return refused(
      'identity',
      'Your Slack e-mail address is not confirmed. Confirm it in your Slack profile, then try again.',
    );
  }
  const email = profile.email.toLowerCase();
  if (!isAddressIn(email, workspace)) {
    return refused(
      'identity',
      `Your Slack e-mail address is not in ${workspace.emailDomains.join(' or ')}, so it cannot be given access.`,
    );
  }
  return { userId: profile.userId, email };
}

/** Whether an address, in lower case, is one that can be given access: plain, and in a configured domain. */
export function isAddressIn(email: string, { emailDomains }: Workspace): boolean {
  return ADDRESS.test(email) && emailDomains.includes(email.slice(email.lastIndexOf('@') + 1));
}

/** Plain addresses only, in lower case: nothing that could mean something else inside an IAM member. */
export const ADDRESS = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9.-]+$/;
