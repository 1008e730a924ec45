import { newToken } from './ids.ts';
import type { Clock, ResponseUrl, Trigger, WorkspaceState } from './types.ts';

/** Slack's rule: a trigger id can be exchanged for a view once, within three seconds. */
export const TRIGGER_LIFE_MS = 3000;
/** Slack's rule: a response_url takes five posts within thirty minutes. */
export const RESPONSE_URL_LIFE_MS = 30 * 60_000;
export const RESPONSE_URL_USES = 5;

export type TriggerError = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

export type Tokens = {
  issueTrigger(user: string, viewId?: string): Trigger;
  /** Uses a trigger up, or says why it cannot be used. */
  exchangeTrigger(id: string): Trigger | TriggerError;
  issueResponseUrl(user: string, channel: string, messageTs?: string): ResponseUrl;
  /** Uses a response_url once, or says why it cannot be used. */
  useResponseUrl(id: string): ResponseUrl | 'expired_url' | 'used_url' | 'no_such_url';
};

/** The short-lived ids that Slack hands out with an interaction, aged by the clock. */
export function createTokens(options: { clock: Clock; state: () => WorkspaceState }): Tokens {
  const { clock, state } = options;
  const age = (token: { issuedAt: number }) => clock.now() - token.issuedAt;

  // Tokens long past their life are only weight in a saved state; a day keeps the exact error for late use.
  const prune = () => {
    const recent = (token: { issuedAt: number }) => age(token) < 24 * 3600_000;
    state().triggers = state().triggers.filter(recent);
    state().responseUrls = state().responseUrls.filter(recent);
  };

  return {
    issueTrigger: (user, viewId) => {
      prune();
      const issuedAt = clock.now();
      const id = `${Math.floor(issuedAt)}.${newToken(5)}.${newToken()}`;
      const trigger: Trigger = { id, user, issuedAt, used: false, ...(viewId !== undefined && { viewId }) };
      state().triggers.push(trigger);
      return trigger;
    },
    exchangeTrigger: (id) => {
      const trigger = state().triggers.find((known) => known.id === id);
      if (trigger === undefined) return 'invalid_trigger_id';
      if (trigger.used) return 'exchanged_trigger_id';
      if (age(trigger) > TRIGGER_LIFE_MS) return 'expired_trigger_id';
      trigger.used = true;
      return trigger;
    },
    issueResponseUrl: (user, channel, messageTs) => {
      const url: ResponseUrl = {
        id: newToken(12),
        user,
        channel,
        issuedAt: clock.now(),
        uses: 0,
        ...(messageTs !== undefined && { messageTs }),
      };
      state().responseUrls.push(url);
      return url;
    },
    useResponseUrl: (id) => {
      const url = state().responseUrls.find((known) => known.id === id);
      if (url === undefined) return 'no_such_url';
      if (age(url) > RESPONSE_URL_LIFE_MS) return 'expired_url';
      if (url.uses >= RESPONSE_URL_USES) return 'used_url';
      url.uses += 1;
      return url;
    },
  };
}
