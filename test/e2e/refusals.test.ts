import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMULATOR_TEST_TIMEOUT_MS } from '../support/firestore.ts';
import { type Deployment, deploy } from './deployment.ts';

interface Refusal {
  readonly name: string;
  readonly who?: string;
  readonly text: string;
  /** What the answer has to say, so that the person knows what to do. */
  readonly says: readonly string[];
}

const refusals: readonly Refusal[] = [
  { name: 'an unknown service', text: 'nowhere 15m INC-1 look', says: ['nowhere'] },
  {
    name: 'a misspelt service, with what was meant',
    text: 'biling-dashboard 15m INC-1 look',
    says: ['biling-dashboard', 'acme-prod/us-central1/billing-dashboard'],
  },
  {
    name: 'an ambiguous service, with the candidates',
    text: 'orders-admin 30m INC-1 look',
    says: ['acme-prod/us-central1/orders-admin', 'acme-prod/europe-west1/orders-admin'],
  },
  { name: 'a service that IAP does not guard', text: 'billing-public 15m INC-1 look', says: ['IAP'] },
  { name: 'a duration that is none', text: 'billing-dashboard soon INC-1 look', says: ['soon'] },
  { name: 'a duration that is too long', text: 'billing-dashboard 5h INC-1 look', says: ['4 h'] },
  { name: 'no justification', text: 'billing-dashboard 15m', says: ['INC-42'] },
  { name: 'a justification of another form', text: 'billing-dashboard 15m because', says: ['INC-42'] },
  {
    name: 'what one may not ask for',
    who: 'U0MAX',
    text: 'us-central1/orders-admin 30m INC-1 x',
    says: ['orders-admin'],
  },
  { name: 'a guest', who: 'U0GUEST', text: 'billing-dashboard 15m INC-1 look', says: ['guest'] },
  { name: 'a stranger', who: 'U0STRANGER', text: 'billing-dashboard 15m INC-1 look', says: [] },
];

describe('bad requests to the deployed functions', { timeout: EMULATOR_TEST_TIMEOUT_MS }, () => {
  let deployment: Deployment | undefined;
  beforeAll(async () => {
    deployment = await deploy();
  });
  afterAll(() => deployment?.close());

  test.for(refusals)(
    '$name: a clear sentence to that person alone, and nothing is kept',
    async (refusal, { skip }) => {
      if (!deployment) return skip('no Firestore emulator');
      const { who = 'U0ADA', text, says } = refusal;
      const posted = deployment.slack.workspace.messages().length;
      const outcome = await deployment.slack.people.command(who, 'C0GENERAL', `/request-access ${text}`);
      expect(outcome).toMatchObject({ status: 200, sent: true });
      const [answer, ...more] = outcome.messages;
      expect(more).toEqual([]);
      expect(answer?.ephemeral_to).toBe(who);
      expect(answer?.text).toMatch(/^.{15,}/s);
      expect(answer?.text).not.toMatch(/undefined|\[object|Error:|did not answer/);
      for (const words of says) expect(answer?.text.toLowerCase()).toContain(words.toLowerCase());
      expect(await deployment.grants()).toEqual([]);
      expect(deployment.slack.workspace.messages()).toHaveLength(posted + 1);
    },
  );
});
