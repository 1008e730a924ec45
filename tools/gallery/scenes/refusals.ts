import { ACTIONS } from '../../../src/slack/ids.ts';
import { type Act, come, presses, types } from '../acts.ts';
import { ADA, channel, GENERAL, GRACE, GUEST, LINUS, MAX, STRANGER, scene } from '../scene.ts';
import { approve, ask } from './requests.ts';

const refused = (what: string, command: string) =>
  scene(`refused: ${what}`, [types(ADA, `/request-access ${command}`), come()], [channel(ADA)]);
const waiting: Act = come('APPROVAL_AWAITED');

/** What cannot be had, and why. */
export const refusals = [
  refused('unknown service', 'biling 1h INC-1 x'),
  refused('ambiguous service', 'orders-admin 2h x y'),
  refused('no IAP', 'billing-public 1h INC-1 x'),
  refused('duration', 'billing-dashboard soon INC-1 x'),
  refused('too long', 'billing-dashboard 9h INC-1 x'),
  refused('no ticket', 'billing-dashboard 1h because'),
  refused('different rules', 'billing-dashboard,playground 1h INC-1 x'),
  refused('no person', 'revoke grace'),
  scene(
    'refused: guest',
    [types(GUEST, '/request-access billing-dashboard 1h INC-1 x', GENERAL), come()],
    [channel(GUEST, GENERAL)],
  ),
  scene(
    'refused: from outside',
    [types(STRANGER, '/request-access list', GENERAL)],
    [channel(STRANGER, GENERAL)],
  ),
  scene(
    'refused: own request',
    [types(GRACE, '/request-access billing-dashboard 1h INC-1 x'), approve, waiting],
    [channel()],
  ),
  scene('refused: no approver', [ask, presses(MAX, ACTIONS.approve), waiting], [channel(MAX)]),
  scene(
    'refused: nothing to revoke',
    [types(LINUS, '/request-access revoke <@U0ADA|ada>')],
    [channel(LINUS)],
  ),
  scene('refused: no admin', [types(MAX, '/request-access freeze')], [channel(MAX)]),
];
