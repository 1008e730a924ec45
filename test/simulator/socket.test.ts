import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { createLocal, type Local } from '../../simulator/local.ts';
import { type SocketSlack, startSocketSlack } from './socket-server.ts';

let slack: SocketSlack;
let local: Local | undefined;
afterEach(async () => {
  await local?.close();
  await slack.close();
});

const ada = {
  id: 'U0ADA',
  team_id: 'T0ACME',
  name: 'ada',
  real_name: 'Ada',
  deleted: false,
  is_bot: false,
  is_restricted: false,
  is_email_confirmed: true,
  profile: { email: 'ada@acme.example' },
};

describe('--slack-socket', () => {
  test('serves a real workspace over Socket Mode, with IAP still simulated', async () => {
    slack = await startSocketSlack({
      'users.info': { user: ada },
      'users.lookupByEmail': { user: { id: 'U0GRACE' } },
      'usergroups.users.list': { users: ['U0GRACE'] },
      'chat.postMessage': { channel: 'C0ACCESS', ts: '1.000001' },
      'chat.update': { channel: 'C0ACCESS', ts: '1.000001' },
    });
    local = await createLocal({
      entitlements: readFileSync('simulator/entitlements.yaml', 'utf8'),
      startMs: Date.now(),
      log: () => {},
      socket: { appToken: 'xapp-1-test', botToken: 'xoxb-test', apiUrl: slack.apiUrl },
    });
    await slack.connected;
    const answer = await slack.send('slash_commands', {
      command: '/request-access',
      text: 'billing-dashboard 15m INC-42 over the socket',
      user_id: 'U0ADA',
      team_id: 'T0ACME',
      channel_id: 'C0GENERAL',
      trigger_id: '1.2.3',
    });
    expect(JSON.stringify(answer)).toContain('billing-dashboard');
    await local.idle();

    const [grant] = await local.store.inStates(['APPROVAL_AWAITED'], 10);
    expect(grant).toMatchObject({ justification: 'INC-42 over the socket', requester: { userId: 'U0ADA' } });
    const tokens = slack.calls.map(({ method, token, args }) => [method, token || args.get('token')]);
    expect(tokens).toContainEqual(['apps.connections.open', 'xapp-1-test']);
    expect(tokens).toContainEqual(['chat.postMessage', 'xoxb-test']);
    // Nothing of this happened in the simulated workspace.
    expect(local.slack.calls()).toEqual([]);
    expect(local.google.calls.recent().map((call) => call.api)).toContain('run');
  });
});
