import { describe, expect, test } from 'vitest';
import { createLocal } from '../../simulator/local.ts';
import { EMULATOR_TEST_TIMEOUT_MS, firestoreEmulator } from '../support/firestore.ts';
import { entitlements, START } from './stage/fixture.ts';

const host = await firestoreEmulator();

describe.skipIf(host === undefined)('the local run on Firestore', () => {
  test(
    'keeps its grants there, and is triggered by what it writes',
    async () => {
      // The project's name is fixed, and so is the emulator's content: the grant is told by its words.
      const why = `INC-42 ${crypto.randomUUID()}`;
      const local = await createLocal({
        entitlements,
        startMs: START,
        log: () => {},
        firestoreHost: host ?? '',
      });
      try {
        // Loading the client on a busy machine may take longer than Slack waits.
        await local.store.catalog();
        const { people, workspace } = local.slack;
        await people.command('U0ADA', 'C0GENERAL', `/request-access billing-dashboard 15m ${why}`);
        await local.idle();
        const [card] = workspace.messages('C0ACCESS');
        if (!card) throw new Error('no card was posted');
        await people.click('U0GRACE', { channel: 'C0ACCESS', ts: card.ts }, 'Approve');
        await local.idle();
        const grants = await local.store.inStates(['ACTIVE'], 50);
        expect(grants.map((grant) => grant.justification)).toContain(why);
        expect(local.dump().store).toBeUndefined();
      } finally {
        await local.close();
      }
    },
    EMULATOR_TEST_TIMEOUT_MS,
  );
});
