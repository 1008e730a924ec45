import { ACTIONS } from '../../../src/slack/ids.ts';
import {
  come,
  fills,
  minutes,
  opensHome,
  presses,
  pressesLate,
  slowly,
  step,
  submits,
  types,
  weather,
} from '../acts.ts';
import { ADA, BILLING, both, channel, dm, GRACE, home, LINUS, MAX, modal, PAYROLL, scene } from '../scene.ts';
import { approve, ask, askPayroll, granted } from './requests.ts';

const approvePayroll = (who: string) => presses(who, ACTIONS.approve, PAYROLL);
const deny = [
  ask,
  presses(GRACE, ACTIONS.deny),
  fills(GRACE, ACTIONS.reason, 'Use the read-only export instead.'),
  submits(GRACE),
];

/** What approvers do, and what IAP makes of it. */
export const decisions = [
  scene('partially approved', [askPayroll, approvePayroll(GRACE)], [channel(LINUS, PAYROLL), dm()]),
  scene(
    'approved by two',
    [askPayroll, approvePayroll(GRACE), approvePayroll(LINUS), come('ACTIVE')],
    [channel(LINUS, PAYROLL), dm()],
  ),
  scene('denied', [ask, presses(GRACE, ACTIONS.deny), come('DENIED')], [channel(LINUS), modal(GRACE), dm()]),
  scene('denied with a reason', deny, both),
  scene(
    'denied for a colleague',
    [
      types(ADA, '/request-access billing-dashboard 1h for <@U0MAX|max> INC-42 he is on call'),
      presses(GRACE, ACTIONS.deny),
      fills(GRACE, ACTIONS.reason, 'Max is on holiday.'),
      submits(GRACE),
    ],
    [channel(), dm(ADA), dm(MAX)],
  ),
  scene('late click', [ask, pressesLate(LINUS, ACTIONS.deny, approve), come('ACTIVE')], [channel(LINUS)]),
  scene(
    'duplicate click',
    [askPayroll, pressesLate(GRACE, ACTIONS.approve, approvePayroll(GRACE), PAYROLL)],
    [channel(GRACE, PAYROLL)],
  ),
  scene('applying', [weather({ iap: 'down' }), ...granted, come('ACTIVATING')], both),
  scene('active', [...granted, come('ACTIVE')], both),
  scene('approved for less', [ask, presses(GRACE, ACTIONS.approveShorter), come('ACTIVE')], both),
  scene('still working: a click', [ask, slowly(1600, approve)], [channel()]),
  scene(
    'still working: a command',
    [slowly(1600, types(ADA, '/request-access biling 1h INC-42 invoices look wrong'))],
    [channel(ADA)],
  ),
  scene(
    'cannot be given',
    [weather({ iap: 'forbidden' }), ...granted, minutes(20), come('ACTIVATION_FAILED')],
    both,
  ),
  scene(
    'address changed before it was applied',
    [
      ask,
      step({ do: 'person', person: ADA, email: 'ada.byron@acme.example' }),
      approve,
      come('ACTIVATION_FAILED'),
    ],
    both,
  ),
  scene(
    'service without IAP',
    [...granted, step({ do: 'edit', service: BILLING, edit: 'IAP off' }), minutes(12)],
    both,
  ),
  scene('drift', [...granted, step({ do: 'edit', service: BILLING, edit: 'wipe ours' }), minutes(12)], both),
  scene(
    'approver left',
    [
      ask,
      step({ do: 'person', person: GRACE, left: true }),
      presses(LINUS, ACTIONS.approve),
      opensHome(LINUS),
    ],
    [channel(LINUS), home(LINUS)],
  ),
];
