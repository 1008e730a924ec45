import { ACTIONS } from '../../../src/slack/ids.ts';
import { come, minutes, opensHome, presses, step, types } from '../acts.ts';
import { ACCESS, ADA, both, channel, dm, GRACE, home, LINUS, MAX, PAYROLL, scene } from '../scene.ts';

export const ask = types(ADA, '/request-access billing-dashboard 1h INC-42 invoices look wrong');
export const approve = presses(GRACE, ACTIONS.approve);
export const granted = [ask, approve];
export const askPayroll = types(ADA, '/request-access payroll 1h INC-7 salary run', PAYROLL);

const asksWith = (why: string) => types(ADA, `/request-access billing-dashboard 1h ${why}`);
const LONG = `INC-42 ${'the invoices of the last quarter do not add up, and finance waits for the export. '.repeat(7)}`;

/** From the request to an answer, or none. */
export const requests = [
  scene('asked', [ask], [channel(), channel(ADA), dm()]),
  scene('asked: emoji', [asksWith('INC-42 :fire: 🔥👩🏽‍🚒 invoices are on fire 🧯')], both),
  scene(
    'asked: right to left',
    [asksWith('INC-42 הדוח החודשי לא נפתח, צריך לבדוק את billing-export לפני 17:00')],
    both,
  ),
  scene('asked: very long', [asksWith(LONG.slice(0, 500).trim())], both),
  scene(
    'asked: several services',
    [types(ADA, '/request-access billing-dashboard,billing-export 1h INC-42 month end')],
    both,
  ),
  scene(
    'several services',
    [types(ADA, '/request-access billing-dashboard,billing-export 1h INC-42 month end'), approve],
    both,
  ),
  scene(
    'asked for a colleague',
    [types(ADA, '/request-access billing-dashboard 1h for <@U0MAX|max> INC-42 he is on call')],
    [channel(), dm(ADA), dm(MAX)],
  ),
  scene(
    'for a colleague',
    [types(ADA, '/request-access billing-dashboard 1h for <@U0MAX|max> INC-42 he is on call'), approve],
    [channel(), dm(ADA), dm(MAX)],
  ),
  scene('asked before', [...granted, minutes(65), ask], [channel()]),
  scene(
    'approved at once',
    [types(ADA, '/request-access playground 1h'), come('ACTIVE')],
    [channel(ADA), dm()],
  ),
  scene(
    'standing access said',
    [
      step({
        do: 'edit',
        service: 'acme-prod/us-central1/billing-dashboard',
        edit: 'add person',
        email: 'ada@acme.example',
      }),
      // Until the policy has been read.
      minutes(3),
      ask,
    ],
    [channel(ADA), channel()],
  ),
  scene(
    'nobody to approve',
    [
      step({ do: 'group', group: 'S0LEADS', users: [ADA] }),
      types(ADA, '/request-access us-central1/orders-admin 2h look at an order'),
    ],
    both,
  ),
  scene(
    'card that cannot be posted',
    [step({ do: 'channel', channel: ACCESS, bot: false }), ask, opensHome(GRACE)],
    [dm(), home(GRACE)],
  ),
  scene('withdrawn', [ask, presses(ADA, ACTIONS.withdraw, 'dm'), come('WITHDRAWN')], both),
  scene('approvers reminded', [ask, minutes(5 * 60)], [channel()]),
  scene('expired unanswered', [ask, minutes(9 * 60), come('EXPIRED')], both),
  scene(
    'partial quorum expired',
    [askPayroll, presses(GRACE, ACTIONS.approve, PAYROLL), minutes(125), come('EXPIRED')],
    [channel(LINUS, PAYROLL), dm()],
  ),
  scene('asked again after expiry', [ask, minutes(9 * 60), presses(ADA, ACTIONS.again, 'dm')], both),
];
